-- A content as it is stored, and how many times content of the collection was erased by then. The
-- stream's key is found first, whatever PostgreSQL's planner believes.
select c.encoding, c.salt, c.data, c.base,
    (select erasures from collection where collection = :collection)
from content c
where c.collection = :collection
    and c.stream = (select stream from stream where collection = :collection and name = :name)
    and c.kind = :kind and c.ordinal = :ordinal
