-- What is watched, and how it went so far; not evidence, and free to be forgotten. `address` is the
-- SHA-256 of the canonical URL, all that is kept of one of the kind 'forgotten', which no feed brings
-- back. Times in microseconds since 1970, UTC; `every` in microseconds.
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
    stands bigint,
    outlet text,
    primary key (collection, address)
)
