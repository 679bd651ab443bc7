-- The version of the last event of a story's stream: while it is the same, nothing was said anew.
select max(version) from event where collection = :collection and stream = :stream
