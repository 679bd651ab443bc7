-- The stories that were ever said to have a canonical URL, in order of recording.
select stream, id, position, recorded_at, zone, date_order, outlet, address, description,
    description_commitment,
    exists (
        select 1 from restriction r
        where r.collection = story.collection and r.stream = story.stream
    ) or exists (
        select 1 from erasure e
        where e.collection = story.collection and e.stream = story.stream
    ),
    exists (
        select 1 from amendment a
        where a.collection = story.collection and a.stream = story.stream
    )
from story
where collection = :collection and (
    address = :address
    or stream in (
        select stream from amendment where collection = :collection and address = :address
    )
)
order by position
