-- One thing that is watched.
select {columns}
from watch
where collection = :collection and address = :address and kind <> 'forgotten'
