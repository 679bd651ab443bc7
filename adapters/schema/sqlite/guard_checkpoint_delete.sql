-- The log is only added to.
create trigger if not exists guard_checkpoint_delete before delete on checkpoint
begin
    select raise(abort, 'the log is append-only: no delete of table checkpoint');
end
