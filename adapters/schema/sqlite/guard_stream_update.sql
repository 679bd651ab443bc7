-- The log is only added to.
create trigger if not exists guard_stream_update before update on stream
begin
    select raise(abort, 'the log is append-only: no update of table stream');
end
