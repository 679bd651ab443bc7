-- A content as it is stored, and how many times content of the collection was erased by then.
select c.encoding, c.salt, c.data, c.base,
    (select erasures from collection where collection = :collection)
from stream s
join content c on c.collection = s.collection and c.stream = s.stream
where s.collection = :collection and s.name = :name and c.kind = :kind and c.ordinal = :ordinal
