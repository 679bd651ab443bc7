-- How many rows of a collection have values of other types (SQLite).
select count(*) from checkpoint
where collection = :collection and (
    typeof(size) <> 'integer'
    or typeof(root) <> 'blob'
    or typeof(note) <> 'blob'
    or typeof(signed_at) <> 'integer'
)
