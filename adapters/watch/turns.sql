-- What is due and was not looked at since `:before`, of each site no more than the two that are due
-- longest: one that is slow keeps no other waiting. Parts to be put in: `:site`.
select {columns}
from (
    select *, row_number() over (partition by :site order by due, url) as turn
    from watch
    where collection = :collection and due <= :until and kind <> 'forgotten'
        and (checked is null or checked < :before)
) as waiting
where turn <= 2
order by due, url
