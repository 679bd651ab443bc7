select size, root, note, signed_at from checkpoint
where collection = :collection and size <= :until order by size
