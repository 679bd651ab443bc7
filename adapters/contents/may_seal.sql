-- Whether anything of a stream may be sealed: nothing came after position :until, or there are as many
-- texts of a kind as fill a pack.
select coalesce((
    select position <= :until from event
    where collection = :collection and stream = :stream
    order by version desc limit 1
), true) or exists (
    select 1 from content
    where collection = :collection and stream = :stream and ordinal >= :filled
)
