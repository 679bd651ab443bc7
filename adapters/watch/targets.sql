-- What is watched, in the order in which it is due.
select {columns}
from watch
where collection = :collection and due <= :until and kind <> 'forgotten'
order by due, url
