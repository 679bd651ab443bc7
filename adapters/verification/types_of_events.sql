-- The events that have values of other types than their columns, and in which (SQLite).
select position,
    typeof(position) <> 'integer',
    typeof(stream) <> 'integer',
    typeof(version) <> 'integer',
    typeof(topic) <> 'integer',
    typeof(recorded_at) <> 'integer',
    typeof(state) <> 'blob'
from event
where collection = :collection and (
    typeof(position) <> 'integer'
    or typeof(stream) <> 'integer'
    or typeof(version) <> 'integer'
    or typeof(topic) <> 'integer'
    or typeof(recorded_at) <> 'integer'
    or typeof(state) <> 'blob'
)
order by position
limit 1000
