-- From before schema 6: revisions are datings, as they were recorded.
drop table revision
