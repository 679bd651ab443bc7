-- How many rows of each table have values of other types than their columns (SQLite).
select 'collection', count(*) from collection where collection = :collection and (
    typeof(name) <> 'text'
    or typeof(position) <> 'integer'
    or typeof(recorded_at) <> 'integer'
    or typeof(streams) <> 'integer'
    or typeof(topics) <> 'integer'
)
union all
select 'stream', count(*) from stream where collection = :collection and (
    typeof(stream) <> 'integer'
    or typeof(name) <> 'text'
)
union all
select 'topic', count(*) from topic where collection = :collection and (
    typeof(topic) <> 'integer'
    or typeof(name) <> 'text'
)
union all
select 'content', count(*) from content where collection = :collection and (
    typeof(stream) <> 'integer'
    or typeof(kind) <> 'integer'
    or typeof(ordinal) <> 'integer'
    or typeof(encoding) <> 'integer'
    or typeof(salt) <> 'blob'
    or typeof(data) <> 'blob'
)
union all
select 'pack', count(*) from pack where collection = :collection and (
    typeof(stream) <> 'integer'
    or typeof(kind) <> 'integer'
    or typeof(pack) <> 'integer'
    or typeof(piece) <> 'integer'
    or typeof(texts) <> 'integer'
    or typeof(data) <> 'blob'
)
union all
select 'tile', count(*) from tile where collection = :collection and (
    typeof(level) <> 'integer'
    or typeof(tile) <> 'integer'
    or typeof(hashes) <> 'blob'
)
union all
select 'checkpoint', count(*) from checkpoint where collection = :collection and (
    typeof(size) <> 'integer'
    or typeof(root) <> 'blob'
    or typeof(note) <> 'blob'
    or typeof(signed_at) <> 'integer'
)
union all
select 'timestamp_token', count(*) from timestamp_token where collection = :collection and (
    typeof(size) <> 'integer'
    or typeof(authority) <> 'text'
    or typeof(obtained_at) <> 'integer'
    or typeof(token) <> 'blob'
)
union all
select 'story', count(*) from story where collection = :collection and (
    typeof(stream) <> 'integer'
    or typeof(id) <> 'text'
    or typeof(position) <> 'integer'
    or typeof(recorded_at) <> 'integer'
)
union all
select 'tracking', count(*) from tracking where collection = :collection and (
    typeof(position) <> 'integer'
)
