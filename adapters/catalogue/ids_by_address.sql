-- The ids of the stories that were ever said to have a canonical URL: a part of other statements. A stream
-- is named after its story (domain/streams.py).
select id from story
where collection = :collection and address = :address
union
select (
    select substr(name, 7) from stream
    where collection = a.collection and stream = a.stream
)
from amendment a
where a.collection = :collection and a.address = :address
