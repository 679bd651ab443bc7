-- What is due, of each site no more than the two that are due longest: one that is slow keeps no other
-- waiting. A site is what stands before the path.
select {watch/columns}
from (
    select *,
        row_number() over (
            partition by substr(url, 1, 8 + strpos(substr(url, 9) || '/', '/')) order by due, url
        ) as turn
    from watch
    where collection = :collection and due <= :until and kind <> 'forgotten'
) as waiting
where turn <= 2
order by due, url
