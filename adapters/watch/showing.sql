-- A page that showed a revision when it was looked at last.
select url
from watch
where collection = :collection and stands = :position and checked = reached
order by url
limit 1
