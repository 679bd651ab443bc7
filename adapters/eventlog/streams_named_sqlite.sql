-- The streams :names as s, in a join. `cross join` has them looked up first, by name.
:names n
cross join stream s on s.collection = :collection and s.name = n.value
