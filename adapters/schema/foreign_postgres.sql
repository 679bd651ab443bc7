-- A schema of a server's database may hold other tables beside ours.
select 1 where false
