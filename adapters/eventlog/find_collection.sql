select collection from collection where name = :name
