-- The files are clear of what was erased up to then.
update collection set scrubbed = :erasures
where collection = :collection and scrubbed < :erasures
