-- From schema 4 to 5, which has other columns: they are refilled.
truncate revision, dating
