-- The salts of the contents of a kind, below an ordinal, that some streams have loose and unerased.
-- `cross join` has SQLite look the streams up first, by name.
select s.name, c.ordinal, c.salt
from :streams
cross join content c
where c.collection = s.collection and c.stream = s.stream
    and c.kind = :kind and c.ordinal < :below and c.encoding <> :erased
