delete from erasing where collection = :collection
