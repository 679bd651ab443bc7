select max(stream) from stream where collection = :collection
