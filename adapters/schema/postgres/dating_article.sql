-- From schema 5 to 6.
alter table dating add column article integer
