select position from tracking where collection = :collection and projection = :projection
