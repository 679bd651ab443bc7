-- When a revision was last seen to stand, known by position :known.
select coalesce(captured, at)
from sighting
where collection = :collection and stream = :stream and revision = :revision
    and position <= :known and outcome = 0
order by coalesce(captured, at) desc limit 1
