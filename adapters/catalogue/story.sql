select stream, id, position, recorded_at, zone, date_order, outlet, address, description,
    description_commitment, {besides}
from story s
where collection = :collection and id = :id
