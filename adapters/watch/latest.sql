-- What was looked at last, and after that what was not looked at yet.
select {columns}
from watch
where collection = :collection and kind <> 'forgotten'
order by coalesce(checked, 0) desc, due, url
limit :limit
