-- From schema 8 to 9, as of contents.
alter table if exists pack alter column data type bytea
