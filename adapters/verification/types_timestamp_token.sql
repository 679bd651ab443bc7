-- How many rows of a collection have values of other types (SQLite).
select count(*) from timestamp_token
where collection = :collection and (
    typeof(size) <> 'integer'
    or typeof(authority) <> 'text'
    or typeof(obtained_at) <> 'integer'
    or typeof(token) <> 'blob'
)
