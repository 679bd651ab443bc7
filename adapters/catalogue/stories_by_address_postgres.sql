-- The stories that were ever said to have a canonical URL, in order of recording. Looked up one by one,
-- whatever the planner believes of a table that was empty a moment ago.
select {story_columns}, {besides}
from (
    {ids_by_address}
) as said
cross join lateral (
    select * from story
    where collection = :collection and id = said.id
    limit 1
) s
order by s.position
