-- The last sighting of any text but that of revision :revision (0: of any), from :after on until :at, after
-- the one at :after_position of that instant, known by position :known.
select at, position
from sighting
where collection = :collection and stream = :stream and outcome = 0
    and at >= :after and at <= :at and (at > :after or position > :after_position)
    and position <= :known and revision <> :revision
order by at desc, position desc limit 1
