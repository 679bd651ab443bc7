-- The projections that rows are kept for, and whether their collection exists.
select distinct s.projection, s.collection, c.collection is not null
from (
    select projection, collection from tracking
    union
    select 'tally', collection from tally
) s
left join collection c on c.collection = s.collection
order by s.collection, s.projection
