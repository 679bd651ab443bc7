-- That nothing was recorded of story s but revisions, none of which has a wide time at :at: a condition
-- of other statements.
not exists (
    select 1 from besides b where b.collection = s.collection and b.stream = s.stream
)
and not exists (
    select 1 from dating x
    where x.collection = s.collection and x.stream = s.stream and x.latest > :at
)
