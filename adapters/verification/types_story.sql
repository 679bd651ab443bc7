-- How many rows of a collection have values of other types (SQLite).
select count(*) from story
where collection = :collection and (
    typeof(stream) <> 'integer'
    or typeof(id) <> 'text'
    or typeof(position) <> 'integer'
    or typeof(recorded_at) <> 'integer'
)
