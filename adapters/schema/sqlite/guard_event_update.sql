-- The log is only added to.
create trigger if not exists guard_event_update before update on event
begin
    select raise(abort, 'the log is append-only: no update of table event');
end
