-- From schema 4 to 5.
alter table stream alter column name type text collate "C"
