-- From schema 3 to 4.
insert into event (collection, position, stream, version, topic, recorded_at, state)
select collection, position, stream, version, topic, recorded_at, state from event_before
order by collection, position
