-- From schema 4 to 5, which has other columns: it is refilled.
drop table dating
