-- The events of the streams :after < stream <= :until, by stream and version.
select e.position, e.recorded_at, s.name, e.stream, e.version, t.name, e.state
from event e
join stream s on s.collection = e.collection and s.stream = e.stream
join topic t on t.collection = e.collection and t.topic = e.topic
where e.collection = :collection and e.stream > :after and e.stream <= :until
order by e.stream, e.version
