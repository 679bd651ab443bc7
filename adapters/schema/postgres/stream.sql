-- The streams of a log, with a small key each.
create table if not exists stream (
    collection integer not null,
    stream integer not null,
    name text collate "C" not null,
    primary key (collection, stream),
    unique (collection, name)
)
