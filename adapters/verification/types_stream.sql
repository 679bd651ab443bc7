-- How many rows of a collection have values of other types (SQLite).
select count(*) from stream
where collection = :collection and (
    typeof(stream) <> 'integer'
    or typeof(name) <> 'text'
)
