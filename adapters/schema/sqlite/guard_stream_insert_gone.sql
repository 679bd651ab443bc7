-- Schema 10 has another.
drop trigger if exists guard_stream_insert
