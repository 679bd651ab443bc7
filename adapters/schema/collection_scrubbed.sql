-- From schema 1 to 2.
alter table collection add column scrubbed integer not null default 0
