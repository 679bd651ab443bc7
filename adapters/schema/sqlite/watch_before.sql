-- From before schema 8, of which the oldest have no such table.
create table if not exists watch (
    collection integer not null,
    address blob not null,
    url text not null,
    kind text not null,
    every integer not null,
    since integer not null,
    due integer not null,
    story text,
    etag text,
    modified text,
    checked integer,
    reached integer,
    changed integer,
    failures integer not null default 0,
    said text,
    primary key (collection, address)
)
