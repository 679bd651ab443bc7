-- The topics of a log's events, with a small key each.
create table if not exists topic (
    collection integer not null,
    topic integer not null,
    name text not null,
    primary key (collection, topic),
    unique (collection, name)
) without rowid
