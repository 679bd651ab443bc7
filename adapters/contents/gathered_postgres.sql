-- The loose articles and descriptions below an ordinal that some streams have, and how many times
-- content of the collection was erased by then. Looked up stream by stream, whatever the planner
-- believes of a table that was empty a moment ago.
select s.name, c.kind, c.ordinal, c.encoding, c.salt, c.data, c.base,
    (select erasures from collection where collection = :collection)
from :streams
cross join lateral (
    select kind, ordinal, encoding, salt, data, base from content
    where collection = s.collection and stream = s.stream
        and kind in (0, 3) and ordinal < :below
    order by kind, ordinal
    limit 2 * :below
) c
