-- The pieces of a pack, before it is stored anew.
delete from pack
where collection = :collection and stream = :stream and kind = :kind and pack = :pack
