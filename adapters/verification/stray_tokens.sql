-- The sizes of checkpoints that have time-stamps and are not there.
select distinct t.size from timestamp_token t
where t.collection = :collection and not exists
    (select 1 from checkpoint c where c.collection = t.collection and c.size = t.size)
order by t.size
