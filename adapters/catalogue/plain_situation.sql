-- What a decision about the instant :at looks at, of a story of which nothing was recorded but
-- revisions whose times are sure to the second: the marks of the last one by then, of that before it
-- and of the first one after it; the event and the salt of the first; and what `next_places` gives.
-- No row where there is more to look at, or two where revisions share an instant.
select h.mark,
    (
        select mark from dating
        where collection = :collection and stream = :stream and at <= :at
        order by at desc, revision desc limit 1 offset 1
    ),
    (
        select mark from dating
        where collection = :collection and stream = :stream and at > :at
        order by at, revision limit 1
    ),
    e.state, c.salt,
    coalesce((
        select version from event where collection = :collection and stream = :stream
        order by version desc limit 1
    ), -1) + 1,
    coalesce((
        select max(number) from (
            select max(revision) as number from revision
            where collection = :collection and stream = :stream
            union all
            select max(first + revisions - 1) from amendment
            where collection = :collection and stream = :stream and kind = 1
        ) as given
    ), 0),
    coalesce((
        select ordinal from content where collection = :collection and stream = :stream
            and kind = 0 order by ordinal desc limit 1
    ), (
        select 32 * pack + texts - 1 from pack where collection = :collection
            and stream = :stream and kind = 0 order by pack desc limit 1
    ), -1) + 1,
    coalesce((
        select ordinal from content where collection = :collection and stream = :stream
            and kind = 1 order by ordinal desc limit 1
    ), (
        select 32 * pack + texts - 1 from pack where collection = :collection
            and stream = :stream and kind = 1 order by pack desc limit 1
    ), -1) + 1,
    coalesce((
        select ordinal from content where collection = :collection and stream = :stream
            and kind = 2 order by ordinal desc limit 1
    ), (
        select 32 * pack + texts - 1 from pack where collection = :collection
            and stream = :stream and kind = 2 order by pack desc limit 1
    ), -1) + 1,
    coalesce((
        select ordinal from content where collection = :collection and stream = :stream
            and kind = 3 order by ordinal desc limit 1
    ), (
        select 32 * pack + texts - 1 from pack where collection = :collection
            and stream = :stream and kind = 3 order by pack desc limit 1
    ), -1) + 1
from collection k
left join dating h
    on h.collection = k.collection and h.stream = :stream
    and h.at = (
        select max(at) from dating
        where collection = :collection and stream = :stream and at <= :at
    )
left join event e
    on e.collection = h.collection and e.position = h.position
left join revision r
    on r.collection = h.collection and r.stream = h.stream and r.revision = h.revision
left join content c
    on c.collection = r.collection and c.stream = r.stream and c.kind = 0 and c.ordinal = r.article
where k.collection = :collection
    and not exists (
        select 1 from besides b where b.collection = :collection and b.stream = :stream
    )
    and not exists (
        select 1 from dating x
        where x.collection = :collection and x.stream = :stream and x.latest > :at
    )
