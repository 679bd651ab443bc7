select stream, id, position, recorded_at, zone, date_order, outlet, address, description,
    description_commitment
from story
where collection = :collection and id = :id
