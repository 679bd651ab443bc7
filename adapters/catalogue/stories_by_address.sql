-- The stories that were ever said to have a canonical URL, in order of recording.
select stream, id, position, recorded_at, zone, date_order, outlet, address, description,
    description_commitment,
    exists (
        select 1 from besides b
        where b.collection = story.collection and b.stream = story.stream and b.kind = 0
    ),
    exists (
        select 1 from besides b
        where b.collection = story.collection and b.stream = story.stream and b.kind = 1
    )
from story
where collection = :collection and (
    address = :address
    or stream in (
        select stream from amendment where collection = :collection and address = :address
    )
)
order by position
