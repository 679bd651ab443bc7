-- How many rows of a collection have values of other types (SQLite).
select count(*) from content
where collection = :collection and (
    typeof(stream) <> 'integer'
    or typeof(kind) <> 'integer'
    or typeof(ordinal) <> 'integer'
    or typeof(encoding) <> 'integer'
    or typeof(salt) <> 'blob'
    or typeof(data) <> 'blob'
)
