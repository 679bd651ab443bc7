-- The events of versions < :versions of the streams :names, each stream's in order. Looked up
-- stream by stream, whatever the planner believes of a table that was empty a moment ago.
select e.position, e.recorded_at, s.name, s.stream, e.version, t.name, e.state
from :streams
cross join lateral (
    select position, recorded_at, version, topic, state
    from event
    where collection = s.collection and stream = s.stream and version < :versions
    order by version
    limit :versions
) e
join topic t on t.collection = s.collection and t.topic = e.topic
order by s.stream, e.version
