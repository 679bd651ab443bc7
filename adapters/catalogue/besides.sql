-- What there is of story s besides revisions, each kind k as bit k; null if nothing: a column of other
-- statements.
(
    select sum(1 << b.kind) from besides b
    where b.collection = s.collection and b.stream = s.stream
)
