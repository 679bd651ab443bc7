-- The events of a stream of versions :above < version <= :until, first to last. The stream's key is
-- found first, whatever PostgreSQL's planner believes.
select e.position, e.recorded_at, cast(:name as text), e.stream, e.version, t.name, e.state
from event e
join topic t on t.collection = e.collection and t.topic = e.topic
where e.collection = :collection
    and e.stream = (select stream from stream where collection = :collection and name = :name)
    and e.version > :above and e.version <= :until
order by e.version
limit :limit
