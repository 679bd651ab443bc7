select position, recorded_at from collection where collection = :collection
