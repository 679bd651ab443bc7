-- The story of a canonical URL; the first of them, should there be several.
select stream, id, position, recorded_at, zone, date_order, outlet, address, description,
    description_commitment
from story
where collection = :collection and address = :address
order by position limit 1
