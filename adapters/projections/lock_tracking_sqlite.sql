-- The transaction has every turn there is.
select position from tracking
where collection = :collection and projection = :projection
