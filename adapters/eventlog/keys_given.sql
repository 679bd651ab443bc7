-- How many streams and topics of the collection have keys, after giving more.
update collection set streams = :streams, topics = :topics where collection = :collection
