-- How many tiles of a level are stored, from the first on.
select coalesce(max(tile) + 1, 0) from tile where collection = :collection and level = :level
