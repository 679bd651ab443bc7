-- The streams :names as s, in a join. Each is looked up by itself, whatever the planner believes of a
-- table that was empty a moment ago.
:names n
cross join lateral (
    select collection, stream, name from stream
    where collection = :collection and name = n.value
    limit 1
) s
