-- The marks that decide what was in force at :at, known by position :known (variorum.domain.asof).
-- Each row: which it is; of a dating its mark, that of the revision's first dating, and when it was
-- last sighted; of a sighting captured, revision, position, at, outcome; of an implied revision
-- position, earliest, latest. What has returned is asked for as redated and as not redated: each has
-- an index of revisions of its own. What is wide is asked for by each width of schema/span.sql: joined
-- with a list of them, PostgreSQL may look at all wide datings of the story.
with standing as not materialized (
    {standing_datings}
), seen_last as not materialized (
    select revision from sighting
    where collection = :collection and stream = :stream and outcome = 0
        and at <= :at and position <= :known
    order by at desc, position desc limit 1
)
select * from (
    select 'held' as which, h.mark,
        case when h.redated is null then h.mark else (
            select r.mark from dating r
            where r.collection = :collection and r.stream = :stream and r.revision = h.revision
                and r.arrived is null
        ) end as first,
        (
            select coalesce(s.captured, s.at) from sighting s
            where s.collection = :collection and s.stream = :stream and s.revision = h.revision
                and s.position <= :known and s.outcome = 0
            order by coalesce(s.captured, s.at) desc limit 1
        ) as seen,
        cast(null as integer) as revision, cast(null as bigint) as position,
        cast(null as bigint) as at, cast(null as smallint) as outcome,
        cast(null as bigint) as latest
    from standing h where h.at <= :at
    order by h.at desc, h.revision desc limit 2
) as held
union all
select 'returned', b.mark,
        case when b.redated is null then b.mark else (
            select r.mark from dating r
            where r.collection = :collection and r.stream = :stream and r.revision = b.revision
                and r.arrived is null
        ) end as first,
        (
            select coalesce(s.captured, s.at) from sighting s
            where s.collection = :collection and s.stream = :stream and s.revision = b.revision
                and s.position <= :known and s.outcome = 0
            order by coalesce(s.captured, s.at) desc limit 1
        ) as seen,
        null, null, null, null, null
    from (
        select mark, revision, redated from standing
        where redated is null and revision = (select revision from seen_last)
        union all
        select mark, revision, redated from standing
        where redated is not null and revision = (select revision from seen_last)
    ) as b
union all
select * from (
    select 'following', n.mark, cast(null as bytea), cast(null as bigint),
        cast(null as integer), cast(null as bigint), cast(null as bigint),
        cast(null as smallint), cast(null as bigint)
    from standing n
    where n.at > :at order by n.at, n.revision limit 1
) as following
union all
select 'open', o.mark, null, null, null, null, null, null, null from standing o
where o.at > :at - 1000000 and o.at <= :at
union all
select 'open', d.mark, null, null, null, null, null, null, null
from (
    select mark, revision, position from dating
    where collection = :collection and stream = :stream and {schema/span} = 0
        and latest > :at and latest <= :at + 60000000 and earliest <= :at and position <= :known
    union all
    select mark, revision, position from dating
    where collection = :collection and stream = :stream and {schema/span} = 1
        and latest > :at and latest <= :at + 3600000000 and earliest <= :at and position <= :known
    union all
    select mark, revision, position from dating
    where collection = :collection and stream = :stream and {schema/span} = 2
        and latest > :at and latest <= :at + 86400000000 and earliest <= :at and position <= :known
    union all
    select mark, revision, position from dating
    where collection = :collection and stream = :stream and {schema/span} = 3
        and latest > :at and latest <= :at + 2678400000000 and earliest <= :at and position <= :known
    union all
    select mark, revision, position from dating
    where collection = :collection and stream = :stream and {schema/span} = 4
        and latest > :at and latest <= :at + 31622400000000 and earliest <= :at and position <= :known
    union all
    select mark, revision, position from dating
    where collection = :collection and stream = :stream and {schema/span} = 5
        and latest > :at and earliest <= :at and position <= :known
    union all
    select mark, revision, position from dating
    where collection = :collection and stream = :stream and {schema/span} = 6
        and latest > :at and earliest <= :at and position <= :known
) as d
where {is_standing}
union all
select * from (
    select 'gone', cast(null as bytea), cast(null as bytea), captured, revision, position, at, outcome,
        cast(null as bigint)
    from sighting
    where collection = :collection and stream = :stream and outcome = 2
        and at <= :at and position <= :known
    order by at desc, position desc limit 1
) as gone
union all
select * from (
    select 'present', cast(null as bytea), cast(null as bytea), captured, revision, position, at, outcome,
        cast(null as bigint)
    from sighting
    where collection = :collection and stream = :stream and outcome = 0
        and at <= :at and position <= :known
    order by at desc, position desc limit 1
) as present
union all
select * from (
    select 'absent', cast(null as bytea), cast(null as bytea), captured, revision, position, at, outcome,
        cast(null as bigint)
    from sighting
    where collection = :collection and stream = :stream and outcome = 1
        and at <= :at and position <= :known
    order by at desc, position desc limit 1
) as missing
union all
select * from (
    select 'absent', cast(null as bytea), cast(null as bytea), captured, revision, position, at, outcome,
        cast(null as bigint)
    from sighting
    where collection = :collection and stream = :stream and outcome = 3
        and at <= :at and position <= :known
    order by at desc, position desc limit 1
) as unreachable
union all
select * from (
    select 'implied', cast(null as bytea), cast(null as bytea), cast(null as bigint), cast(null as integer),
        i.position, i.earliest, cast(null as smallint), i.latest
    from implied i
    where i.collection = :collection and i.stream = :stream
        and i.earliest <= :at and i.position <= :known
        and i.earliest >= coalesce(
            (
                select case
                    when h.at + 1000000 <= :at and coalesce(h.latest, h.at) <= :at then h.at + 1
                end
                from standing h where h.at <= :at
                order by h.at desc, h.revision desc limit 1
            ),
            (
                select h.at + 1 from standing h where h.at <= :at
                order by h.at desc, h.revision desc limit 1 offset 1
            ),
            -9223372036854775808
        )
        and not exists (
            select 1 from standing d
            where d.at >= i.earliest and d.at < i.latest and d.arrived <> i.position
            limit 1 offset 0
        )
    order by i.earliest desc, i.position desc, i.latest desc limit 1
) as implied
