-- Stories after one id, in the order of their ids, that were recorded by position :known.
select {story_columns}, {besides}
from story s
where collection = :collection and id > :after and position <= :known
order by id limit :limit
