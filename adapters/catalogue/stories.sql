-- Stories after one id, in the order of their ids, that were recorded by position :known.
select stream, id, position, recorded_at, zone, date_order, outlet, address, description,
    description_commitment, {besides}
from story s
where collection = :collection and id > :after and position <= :known
order by id limit :limit
