-- Catalogue: when a revision was published, as recorded at `position`; the as-of index. Instants in
-- microseconds since 1970, UTC; `earliest` null where unbounded. `arrived` is the position of the revision.
create table if not exists "dating" (
    collection integer not null,
    stream integer not null,
    at integer not null,
    revision integer not null,
    position integer not null,
    arrived integer not null,
    earliest integer,
    latest integer not null,
    precision integer not null,
    basis integer not null,
    zone text,
    resolved text,
    primary key (collection, stream, at, revision, position)
) without rowid
