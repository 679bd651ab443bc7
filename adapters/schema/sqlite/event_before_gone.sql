-- From schema 3 to 4; its guards go with it.
drop table event_before
