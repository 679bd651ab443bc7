-- How many things are watched.
select count(*) from watch where collection = :collection and kind <> 'forgotten'
