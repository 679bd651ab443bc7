-- From schema 3 to 4: the events move to a table without rowids.
alter table event rename to event_before
