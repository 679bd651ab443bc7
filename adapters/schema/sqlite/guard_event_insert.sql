-- No row takes the place of another: `insert or replace` deletes without asking the guard of deletes.
-- `fail` undoes what `abort` would, of one row: but SQLite keeps no journal for a statement of one row
-- that can only fail.
create trigger if not exists guard_event_insert before insert on event
when exists (
    select 1 from event
    where collection = new.collection and position = new.position
)
or exists (
    select 1 from event
    where collection = new.collection and stream = new.stream and version = new.version
)
begin
    select raise(fail, 'append-only: table event has a row of that key');
end
