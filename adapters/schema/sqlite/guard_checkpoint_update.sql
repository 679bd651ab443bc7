-- The log is only added to.
create trigger if not exists guard_checkpoint_update before update on checkpoint
begin
    select raise(abort, 'the log is append-only: no update of table checkpoint');
end
