-- As `after`, with the keys of topics: one join less, where many events are read.
select e.position, e.recorded_at, s.name, e.stream, e.version, e.topic, e.state
from event e
join stream s on s.collection = e.collection and s.stream = e.stream
where e.collection = :collection and e.position > :after and e.position <= :until
order by e.position
limit :limit
