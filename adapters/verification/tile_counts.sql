-- How many tiles of each level are stored, and which is the last.
select level, count(*), min(tile), max(tile) from tile where collection = :collection group by level
