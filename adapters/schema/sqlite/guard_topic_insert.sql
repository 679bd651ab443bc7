-- No row takes the place of another: `insert or replace` deletes without asking the guard of deletes.
create trigger if not exists guard_topic_insert before insert on topic
when exists (
    select 1 from topic
    where collection = new.collection and topic = new.topic
)
or exists (
    select 1 from topic
    where collection = new.collection and name = new.name
)
begin
    select raise(abort, 'append-only: table topic has a row of that key');
end
