-- No row takes the place of another: `insert or replace` deletes without asking the guard of deletes.
create trigger if not exists guard_checkpoint_insert before insert on checkpoint
when exists (
    select 1 from checkpoint
    where collection = new.collection and size = new.size
)
begin
    select raise(abort, 'append-only: table checkpoint has a row of that key');
end
