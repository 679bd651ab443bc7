-- The log is only added to.
create trigger if not exists guard_topic_update before update on topic
begin
    select raise(abort, 'the log is append-only: no update of table topic');
end
