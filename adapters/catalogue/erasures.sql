-- The contents of a story that are gone, in the order of the events that record it.
select kind, ordinal, position, recorded_at, actor, revision, part, number, remainder,
    remainder_length, remainder_commitment, note, note_length, note_commitment
from erasure
where collection = :collection and stream = :stream
order by position, kind, ordinal
