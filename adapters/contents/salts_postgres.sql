-- The salts of the contents of a kind, below an ordinal, that some streams have loose and unerased.
-- Looked up stream by stream, whatever the planner believes of a table that was empty a moment ago.
select s.name, c.ordinal, c.salt
from :streams
cross join lateral (
    select ordinal, salt from content
    where collection = s.collection and stream = s.stream
        and kind = :kind and ordinal < :below and encoding <> :erased
    order by ordinal
    limit :below
) c
