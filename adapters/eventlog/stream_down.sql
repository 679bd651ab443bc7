-- The events of a stream of versions :above < version <= :until, last to first.
select e.position, e.recorded_at, s.name, e.stream, e.version, t.name, e.state
from stream s
join event e on e.collection = s.collection and e.stream = s.stream
join topic t on t.collection = e.collection and t.topic = e.topic
where s.collection = :collection and s.name = :name
    and e.version > :above and e.version <= :until
order by e.version desc
limit :limit
