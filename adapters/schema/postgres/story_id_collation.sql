-- From schema 4 to 5.
alter table story alter column id type text collate "C"
