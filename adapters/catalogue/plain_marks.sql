-- What decides at :at, known by :known, for a story of which nothing was recorded but revisions dated to
-- the second: the last one by then and the first one after it, each null if there is none. Others have
-- no row here: a story that was sighted, or has revisions that are implied, or whose times are wide; a
-- dating that was superseded; an instant at which the last revision may not have come out yet.
select h.revision, h.position, h.arrived, h.at, h.earliest, h.latest, h.precision, h.basis, h.zone,
    h.resolved, r.captured, f.revision, f.position, f.arrived, f.at, f.earliest, f.latest, f.precision,
    f.basis, f.zone, f.resolved
from (select 1 as one) as it
left join dating h
    on h.collection = :collection and h.stream = :stream
    and h.at = (
        select max(at) from dating
        where collection = :collection and stream = :stream and at <= :at and position <= :known
    )
left join revision r
    on r.collection = :collection and r.stream = :stream and r.revision = h.revision
left join dating f
    on f.collection = :collection and f.stream = :stream
    and f.at = (
        select min(at) from dating
        where collection = :collection and stream = :stream and at > :at and position <= :known
    )
where (h.latest is null or h.latest <= :at)
    and not exists (
        select 1 from dating later
        where later.collection = :collection and later.stream = :stream
            and later.revision = h.revision and later.position > h.position
    )
    and not exists (
        select 1 from dating later
        where later.collection = :collection and later.stream = :stream
            and later.revision = f.revision and later.position > f.position
    )
    and not exists (
        select 1 from sighting where collection = :collection and stream = :stream
    )
    and not exists (
        select 1 from implied where collection = :collection and stream = :stream
    )
    and not exists (
        select 1 from dating
        where collection = :collection and stream = :stream and latest > :at
            and (earliest is null or earliest < at or latest > at + 1000000)
    )
    and not exists (
        select 1 from dating
        where collection = :collection and stream = :stream
            and at > :at - 1000000 and at <= :at and latest > :at
    )
limit 2
