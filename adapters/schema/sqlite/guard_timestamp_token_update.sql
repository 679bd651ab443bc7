-- The log is only added to.
create trigger if not exists guard_timestamp_token_update before update on timestamp_token
begin
    select raise(abort, 'the log is append-only: no update of table timestamp_token');
end
