-- Takes a projection's turn; no row where another worker has it.
select position from tracking
where collection = :collection and projection = :projection
for update skip locked
