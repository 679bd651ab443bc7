-- Stories after one id, in the order of their ids, that were recorded by position :known.
select stream, id, position, recorded_at, zone, date_order, outlet, address, description,
    description_commitment,
    exists (
        select 1 from besides b
        where b.collection = story.collection and b.stream = story.stream and b.kind = 0
    ),
    exists (
        select 1 from besides b
        where b.collection = story.collection and b.stream = story.stream and b.kind = 1
    )
from story
where collection = :collection and id > :after and position <= :known
order by id limit :limit
