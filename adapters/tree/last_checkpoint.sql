-- The largest checkpoint, of a size of at least :least.
select size, root, note, signed_at from checkpoint
where collection = :collection and size >= :least
order by size desc
limit 1
