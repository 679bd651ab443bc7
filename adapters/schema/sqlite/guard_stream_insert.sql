-- No row takes the place of another: `insert or replace` deletes without asking the guard of deletes.
-- `fail` undoes what `abort` would, of one row: but SQLite keeps no journal for a statement of one row
-- that can only fail.
create trigger if not exists guard_stream_insert before insert on stream
when exists (
    select 1 from stream
    where collection = new.collection and stream = new.stream
)
or exists (
    select 1 from stream
    where collection = new.collection and name = new.name
)
begin
    select raise(fail, 'append-only: table stream has a row of that key');
end
