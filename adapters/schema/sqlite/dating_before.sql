-- From before schema 6, which has other columns: it is refilled.
drop table dating
