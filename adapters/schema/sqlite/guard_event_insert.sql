-- No row takes the place of another: `insert or replace` deletes without asking the guard of deletes.
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
    select raise(abort, 'append-only: table event has a row of that key');
end
