-- As lock_collection_postgres.sql, of a turn that nothing speaks against: no position otherwise.
update collection
set position = position + :count, recorded_at = greatest(recorded_at, :now)
where collection = :collection and recorded_at <= :latest
    and (cast(:erasures as bigint) is null or erasures = cast(:erasures as bigint))
returning position, recorded_at, erasures
