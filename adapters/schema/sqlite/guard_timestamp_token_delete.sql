-- The log is only added to.
create trigger if not exists guard_timestamp_token_delete before delete on timestamp_token
begin
    select raise(abort, 'the log is append-only: no delete of table timestamp_token');
end
