-- The contents of streams up to :until, the next :limit after a place in the order of their chains.
select stream, kind, ordinal, base, encoding, salt, data
from content
where collection = :collection and (stream, kind, ordinal) > (:stream, :kind, :ordinal)
    and stream <= :until
order by stream, kind, ordinal
limit :limit
