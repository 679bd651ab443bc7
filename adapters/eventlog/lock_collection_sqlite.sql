-- Takes the collection's turn and `count` positions; recorded time never goes back.
update collection
set position = position + :count, recorded_at = max(recorded_at, :now)
where collection = :collection
returning position, recorded_at, streams, topics, erasures
