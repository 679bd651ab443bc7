-- From schema 4 to 5.
alter table revision add column at bigint not null
