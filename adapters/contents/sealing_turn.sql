-- Takes the collection's turn and moves nothing; gives how often it was erased from.
update collection set position = position where collection = :collection returning erasures
