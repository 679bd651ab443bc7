select stream from stream where collection = :collection and name = :name
