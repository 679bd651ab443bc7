select outlet, month, topic, events from tally where collection = :collection
