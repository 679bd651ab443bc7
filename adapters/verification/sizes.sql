select size from checkpoint where collection = :collection order by size
