-- From schema 1 to 2.
alter table collection add column erasures integer not null default 0
