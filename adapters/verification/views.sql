-- The views of the file (SQLite).
select lower(name) from sqlite_master where type = 'view'
