-- The first sighting of a text after :after, or at that instant after :after_position, until :at, known by
-- position :known.
select at
from sighting
where collection = :collection and stream = :stream and outcome = 0
    and at >= :after and at <= :at and (at > :after or position > :after_position)
    and position <= :known
order by at, position limit 1
