-- From schema 4 to 5, where it has redatings alone.
drop index dating_by_revision
