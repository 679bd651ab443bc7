-- Whether a database holds what is not ours.
select 1 from sqlite_master where name not like 'sqlite_%' limit 1
