delete from sealing where collection = :collection
