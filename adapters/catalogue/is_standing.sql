-- That dating d is not superseded by position :known: a condition of other statements. With an offset
-- PostgreSQL makes no join of it, in which it may look at all later datings of the story.
not exists (
    select 1 from dating later
    where later.collection = :collection and later.stream = :stream
        and later.revision = d.revision and later.arrived is not null
        and later.position > d.position and later.position <= :known
    limit 1 offset 0
)
