-- From schema 5 to 6, which has other marks: it is refilled.
truncate dating
