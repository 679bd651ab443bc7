-- How many rows of a collection have values of other types (SQLite).
select count(*) from tile
where collection = :collection and (
    typeof(level) <> 'integer'
    or typeof(tile) <> 'integer'
    or typeof(hashes) <> 'blob'
)
