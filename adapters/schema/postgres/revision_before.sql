-- From schema 5 to 6: revisions are datings, as they were recorded.
drop table revision
