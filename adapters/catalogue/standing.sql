-- A story and what decides at :at, known by :known, where one look tells: of a story of which nothing
-- was recorded but revisions whose times are sure to the second. The marks of the last one by then
-- and of the first one after it, each null if there is none.
-- Others have no row here: a story that there is anything besides of, or with a wide time at :at.
select s.stream, s.id, s.position, s.recorded_at, s.zone, s.date_order, s.outlet, s.address,
    s.description, s.description_commitment,
    (select position from collection where collection = :collection),
    (
        select mark from dating
        where collection = s.collection and stream = s.stream and at <= :at and position <= :known
        order by at desc, revision desc limit 1
    ),
    (
        select mark from dating
        where collection = s.collection and stream = s.stream and at > :at and position <= :known
        order by at, revision limit 1
    )
from story s
where s.collection = :collection and s.id = :id
    and {is_plain}
