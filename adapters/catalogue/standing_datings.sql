-- The datings of a story that are not superseded by position :known: a part of other statements. `arrived`
-- is the position of the revision; `redated` is that too, null where the revision was recorded here; of
-- `span` see schema/span.sql.
select d.revision, d.position, coalesce(d.arrived, d.position) as arrived, d.at, d.earliest,
    d.latest, d.mark, d.arrived as redated,
    {schema/span} as span
from dating d
where d.collection = :collection and d.stream = :stream and d.position <= :known
    and not exists (
        select 1 from dating later
        where later.collection = :collection and later.stream = :stream
            and later.revision = d.revision and later.arrived is not null
            and later.position > d.position and later.position <= :known
    )
