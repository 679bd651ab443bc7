-- The log is only added to.
create trigger if not exists guard_topic_delete before delete on topic
begin
    select raise(abort, 'the log is append-only: no delete of table topic');
end
