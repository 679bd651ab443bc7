-- How many tiles of a level are stored, from the first on.
select coalesce((
    select tile from tile where collection = :collection and level = :level
    order by tile desc limit 1
), -1) + 1
