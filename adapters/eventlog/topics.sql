select topic, name from topic where collection = :collection
