-- The implied revisions of a story that began in [:since, :at], known by position :known, the last first.
select earliest, position, latest
from implied
where collection = :collection and stream = :stream
    and earliest >= :since and earliest <= :at and position <= :known
order by earliest desc, position desc, latest desc
