-- What was restricted and restored of a story, in order.
select position, recorded_at, actor, revision, restored, until, note, note_length, note_commitment
from restriction
where collection = :collection and stream = :stream
order by position
