-- How many rows of a collection have values of other types (SQLite).
select count(*) from topic
where collection = :collection and (
    typeof(topic) <> 'integer'
    or typeof(name) <> 'text'
)
