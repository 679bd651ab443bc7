-- As after.sql, of one topic only.
select e.position, e.recorded_at, s.name, e.stream, e.version, t.name, e.state
from event e
join stream s on s.collection = e.collection and s.stream = e.stream
join topic t on t.collection = e.collection and t.topic = e.topic
where e.collection = :collection and e.position > :after and e.position <= :until
    and t.name = :topic
order by e.position
limit :limit
