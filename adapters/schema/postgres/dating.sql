-- Catalogue: when a revision was published, as recorded at `position`; the as-of index. Instants in
-- microseconds since 1970, UTC; `earliest` null where unbounded. `arrived` is the position of the revision.
create table if not exists dating (
    collection integer not null,
    stream integer not null,
    at bigint not null,
    revision integer not null,
    position bigint not null,
    arrived bigint not null,
    earliest bigint,
    latest bigint not null,
    precision smallint not null,
    basis smallint not null,
    zone text,
    resolved text,
    primary key (collection, stream, at, revision, position)
)
