select erasures from collection where collection = :collection
