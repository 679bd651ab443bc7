select size, root, note, signed_at from checkpoint where collection = :collection order by size
