-- The first event of every stream that has one at a position from :first to :last.
select o.stream, s.name, t.name, o.state
from (
    select distinct stream from event
    where collection = :collection and position >= :first and position <= :last
) as told
join event o on o.collection = :collection and o.stream = told.stream and o.version = 0
join stream s on s.collection = :collection and s.stream = o.stream
join topic t on t.collection = :collection and t.topic = o.topic
