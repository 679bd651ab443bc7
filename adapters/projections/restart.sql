-- Puts a projection back to before the first event.
update tracking set position = 0, failed_position = null, failure = null
where collection = :collection and projection = :projection
