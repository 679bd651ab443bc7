-- The dating of a revision as known by position :known.
select revision, position, arrived, at, earliest, latest, precision, basis, zone, resolved
from dating
where collection = :collection and stream = :stream and revision = :revision
    and position <= :known
order by position desc limit 1
