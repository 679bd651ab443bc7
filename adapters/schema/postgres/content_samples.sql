-- From schema 8 to 9: PostgreSQL drops its statistics of a column that is given a type, were it its own.
alter table content alter column salt type bytea, alter column data type bytea
