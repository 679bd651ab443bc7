delete from tally where collection = :collection
