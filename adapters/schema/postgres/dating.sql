-- Catalogue: when a revision was published, as recorded at `position`; the as-of index. Instants in
-- microseconds since 1970, UTC. `arrived` is the position of the revision where it was redated here,
-- null where it was recorded here, with the article at the ordinal `article`. `earliest` and `latest`
-- are null where the time is sure to the second; -2^63 is an unbounded `earliest`. `mark` is all of
-- it, packed (adapters/catalogue/mark.py).
create table if not exists dating (
    at bigint not null,
    position bigint not null,
    arrived bigint,
    earliest bigint,
    latest bigint,
    collection integer not null,
    stream integer not null,
    revision integer not null,
    article integer,
    mark bytea not null,
    primary key (collection, stream, at, revision, position)
)
