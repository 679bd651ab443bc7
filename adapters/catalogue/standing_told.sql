-- What was recorded at :position of a story, and its description :description (SQLite).
select -1, e.version, e.topic, e.state, null
from event e
where e.collection = :collection and e.position = :position
union all
select -2, encoding, salt, data, base
from content
where collection = :collection and stream = :stream and kind = 3 and ordinal = :description
