-- The loose articles and descriptions below an ordinal that some streams have, and how many times
-- content of the collection was erased by then. `cross join` has the streams looked up first.
select s.name, c.kind, c.ordinal, c.encoding, c.salt, c.data, c.base,
    (select erasures from collection where collection = :collection)
from :streams
cross join content c
where c.collection = s.collection and c.stream = s.stream
    and c.kind in (0, 3) and c.ordinal < :below
