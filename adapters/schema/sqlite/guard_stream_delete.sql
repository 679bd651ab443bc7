-- The log is only added to.
create trigger if not exists guard_stream_delete before delete on stream
begin
    select raise(abort, 'the log is append-only: no delete of table stream');
end
