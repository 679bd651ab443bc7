-- Which of the streams :names are there.
select name from stream where collection = :collection and name in :names
