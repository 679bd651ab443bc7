-- How far the log says that it reaches, and how far what is stored does.
select c.position, c.recorded_at, c.streams, c.topics,
    (select max(position) from event where collection = :collection),
    (select count(*) from event where collection = :collection),
    (select count(*) from topic where collection = :collection),
    (select min(stream) from event where collection = :collection),
    (select max(stream) from event where collection = :collection),
    (select min(n) from (
        select min(stream) as n from content where collection = :collection
        union all select min(stream) from pack where collection = :collection) as least),
    (select max(n) from (
        select max(stream) as n from content where collection = :collection
        union all select max(stream) from pack where collection = :collection) as most),
    (select min(stream) from stream where collection = :collection),
    (select max(stream) from stream where collection = :collection)
from collection c where c.collection = :collection
