-- The contents of a kind at ordinals from :first to before :end.
select ordinal, encoding, base, salt, data
from content
where collection = :collection and stream = :stream and kind = :kind
    and ordinal >= :first and ordinal < :end
order by ordinal
