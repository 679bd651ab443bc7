-- The encoding of a database in which ids and outlets of any script cannot be told.
select current_setting('server_encoding') where current_setting('server_encoding') <> 'UTF8'
