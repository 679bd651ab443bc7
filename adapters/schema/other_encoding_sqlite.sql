-- A file of SQLite holds any text.
select 1 where false
