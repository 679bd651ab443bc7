-- The sightings of a story's texts at [:since, :at], known by position :known.
select at, position, revision, captured
from sighting
where collection = :collection and stream = :stream and outcome = 0
    and at >= :since and at <= :at and position <= :known
