select position, recorded_at from event where collection = :collection
order by position desc limit 1
