-- Which of the streams named in a JSON array are there.
select name from stream
where collection = :collection
    and name in (select json_array_elements_text(cast(:names as json)))
