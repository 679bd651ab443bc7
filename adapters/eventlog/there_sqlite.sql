-- Which of the streams named in a JSON array are there.
select name from stream
where collection = :collection and name in (select value from json_each(:names))
