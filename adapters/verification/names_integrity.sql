-- As integrity.sql, of the streams and their names.
pragma integrity_check(stream)
