-- The collections that were erased from since the files were last cleared.
select collection, erasures from collection where erasures > scrubbed order by collection
