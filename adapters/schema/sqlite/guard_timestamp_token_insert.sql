-- No row takes the place of another: `insert or replace` deletes without asking the guard of deletes.
create trigger if not exists guard_timestamp_token_insert before insert on timestamp_token
when exists (
    select 1 from timestamp_token
    where collection = new.collection and size = new.size
        and authority = new.authority and obtained_at = new.obtained_at
)
begin
    select raise(abort, 'append-only: table timestamp_token has a row of that key');
end
