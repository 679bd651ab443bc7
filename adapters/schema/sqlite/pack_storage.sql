-- SQLite stores bytes as they are; there is nothing to set.
select 1
