-- The datings of a story that are not superseded by position :known: a part of other statements. `arrived`
-- is the position of the revision; `redated` is that too, null where the revision was recorded here; of
-- `span` see dating_spans.
select d.revision, d.position, coalesce(d.arrived, d.position) as arrived, d.at, d.earliest,
    d.latest, d.mark, d.arrived as redated,
    case
        when d.earliest = -9223372036854775808 then 6
        when d.latest - d.earliest <= 60000000 then 0
        when d.latest - d.earliest <= 3600000000 then 1
        when d.latest - d.earliest <= 86400000000 then 2
        when d.latest - d.earliest <= 2678400000000 then 3
        when d.latest - d.earliest <= 31622400000000 then 4
        else 5
    end as span
from dating d
where d.collection = :collection and d.stream = :stream and d.position <= :known
    and not exists (
        select 1 from dating later
        where later.collection = :collection and later.stream = :stream
            and later.revision = d.revision and later.arrived is not null
            and later.position > d.position and later.position <= :known
    )
