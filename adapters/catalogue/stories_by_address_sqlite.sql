-- The stories that were ever said to have a canonical URL, in order of recording. `cross join` has SQLite
-- look their ids up first.
select {story_columns}, {besides}
from (
    {ids_by_address}
) as said
cross join story s on s.collection = :collection and s.id = said.id
order by s.position
