-- From schema 4 to 5, where it is of another condition.
drop index dating_open
