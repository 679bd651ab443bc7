-- How many rows of a collection have values of other types (SQLite).
select count(*) from collection
where collection = :collection and (
    typeof(name) <> 'text'
    or typeof(position) <> 'integer'
    or typeof(recorded_at) <> 'integer'
    or typeof(streams) <> 'integer'
    or typeof(topics) <> 'integer'
)
