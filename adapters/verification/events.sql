-- The events of the streams :after < stream <= :until, as they are stored.
select position, recorded_at, stream, version, topic, state
from event
where collection = :collection and stream > :after and stream <= :until
order by stream, version
