-- The log is only added to.
create trigger if not exists guard_event_delete before delete on event
begin
    select raise(abort, 'the log is append-only: no delete of table event');
end
