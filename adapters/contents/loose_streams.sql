-- The streams after a key that have contents that are not sealed, and whether anything of each may
-- be: nothing came after position :until, or there are as many texts of a kind as fill a pack.
select s.stream,
    coalesce((
        select position <= :until from event
        where collection = :collection and stream = s.stream
        order by version desc limit 1
    ), true) or exists (
        select 1 from content
        where collection = :collection and stream = s.stream and ordinal >= :filled
    )
from (
    select distinct stream from content
    where collection = :collection and stream > :after
    order by stream
    limit :limit
) s
order by s.stream
