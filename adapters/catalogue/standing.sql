-- A story and what decides at :at, known by :known, where one look tells: of a story that was never
-- described anew or merged, of which nothing was recorded but revisions whose times are sure to the
-- second. The last one by then and the first one after it, each null if there is none.
-- Others have no row here, or two: a story that was sighted, or has revisions that are implied, or
-- whose times are wide at :at; a dating that was superseded; an instant less than a second after the
-- last revision came out.
select s.stream, s.id, s.position, s.recorded_at, s.zone, s.date_order, s.outlet, s.address,
    s.description, s.description_commitment,
    exists (
        select 1 from restriction x where x.collection = s.collection and x.stream = s.stream
    ) or exists (
        select 1 from erasure x where x.collection = s.collection and x.stream = s.stream
    ),
    k.position, e.recorded_at, r.captured,
    h.revision, h.position, h.arrived, h.at, h.earliest, h.latest, h.precision, h.basis, h.zone,
    h.resolved,
    f.revision, f.position, f.arrived, f.at, f.earliest, f.latest, f.precision, f.basis, f.zone,
    f.resolved
from collection k
cross join story s
left join dating h
    on h.collection = s.collection and h.stream = s.stream
    and h.at = (
        select max(at) from dating
        where collection = s.collection and stream = s.stream and at <= :at and position <= :known
    )
left join revision r
    on r.collection = s.collection and r.stream = s.stream and r.revision = h.revision
left join event e
    on e.collection = s.collection and e.position = h.arrived
left join dating f
    on f.collection = s.collection and f.stream = s.stream
    and f.at = (
        select min(at) from dating
        where collection = s.collection and stream = s.stream and at > :at and position <= :known
    )
where k.collection = :collection and s.collection = :collection and s.id = :id
    and (h.at is null or h.at <= :at - 1000000)
    and not exists (
        select 1 from dating x
        where x.collection = s.collection and x.stream = s.stream
            and x.revision = h.revision and x.position > h.position
    )
    and not exists (
        select 1 from dating x
        where x.collection = s.collection and x.stream = s.stream
            and x.revision = f.revision and x.position > f.position
    )
    and not exists (
        select 1 from dating x
        where x.collection = s.collection and x.stream = s.stream and x.latest > :at
            and (x.earliest is null or x.earliest < x.at or x.latest > x.at + 1000000)
    )
    and not exists (
        select 1 from sighting x where x.collection = s.collection and x.stream = s.stream
    )
    and not exists (
        select 1 from implied x where x.collection = s.collection and x.stream = s.stream
    )
    and not exists (
        select 1 from amendment x where x.collection = s.collection and x.stream = s.stream
    )
