-- The first event of every stream that has one at a position from :first to :last; nulls where that is
-- missing. Looked up one by one: PostgreSQL may join all streams of the collection. The plus is for
-- SQLite, which finds what is distinct in an index of all events.
select told.stream,
    (select name from stream where collection = :collection and stream = told.stream),
    (
        select name from topic
        where collection = :collection and topic = (
            select topic from event
            where collection = :collection and stream = told.stream and version = 0
        )
    ),
    (
        select state from event
        where collection = :collection and stream = told.stream and version = 0
    )
from (
    select distinct +stream as stream from event
    where collection = :collection and position >= :first and position <= :last
) as told
