select collection, name, position, recorded_at from collection order by collection
