-- No row takes the place of another: `insert or replace` deletes without asking the guard of deletes.
-- `fail` undoes what `abort` would, of one row: but SQLite keeps no journal for a statement of one row
-- that can only fail.
create trigger if not exists guard_content_insert before insert on content
when exists (
    select 1 from content
    where collection = new.collection and stream = new.stream
        and kind = new.kind and ordinal = new.ordinal
)
begin
    select raise(fail, 'append-only: table content has a row of that key');
end
