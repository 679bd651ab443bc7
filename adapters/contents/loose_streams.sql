-- The streams after a key that have contents that are not sealed.
select distinct stream from content
where collection = :collection and stream > :after
order by stream
limit :limit
