-- The stories that were ever said to have a canonical URL, in order of recording.
select stream, id, position, recorded_at, zone, date_order, outlet, address, description,
    description_commitment, {besides}
from story s
where collection = :collection and (
    address = :address
    or stream in (
        select stream from amendment where collection = :collection and address = :address
    )
)
order by position
