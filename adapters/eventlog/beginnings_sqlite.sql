-- The events of versions < :versions of the streams :names, by stream and version. `cross join`
-- has the streams looked up first, by name.
select e.position, e.recorded_at, s.name, e.stream, e.version, t.name, e.state
from :streams
cross join event e
cross join topic t
where e.collection = s.collection and e.stream = s.stream and e.version < :versions
    and t.collection = e.collection and t.topic = e.topic
order by e.stream, e.version
