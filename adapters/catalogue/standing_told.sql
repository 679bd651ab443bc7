-- What was recorded at :position of a story, and its description :description where that builds on
-- nothing.
select e.version, t.name, e.state, n.encoding, n.salt, n.data
from event e
join topic t on t.collection = e.collection and t.topic = e.topic
left join content n
    on n.collection = e.collection and n.stream = :stream and n.kind = 3
    and n.ordinal = :description
where e.collection = :collection and e.position = :position
