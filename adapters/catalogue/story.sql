select {story_columns}, {besides}
from story s
where collection = :collection and id = :id
