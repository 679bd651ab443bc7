-- From before schema 8, of which the oldest have no such table.
create table if not exists watch (
    collection integer not null,
    address bytea not null,
    url text not null,
    kind text not null,
    every bigint not null,
    since bigint not null,
    due bigint not null,
    story text,
    etag text,
    modified text,
    checked bigint,
    reached bigint,
    changed bigint,
    failures integer not null default 0,
    said text,
    primary key (collection, address)
)
