-- That story s has a wide time that :at is before the end of: a condition of other statements.
exists (
    select 1 from dating x
    where x.collection = s.collection and x.stream = s.stream and x.latest > :at
)
