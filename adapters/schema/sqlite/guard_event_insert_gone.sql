-- Schema 10 has another.
drop trigger if exists guard_event_insert
