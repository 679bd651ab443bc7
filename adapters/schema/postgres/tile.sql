-- The log's tree: full tiles of 256 hashes of 32 bytes (C2SP tlog-tiles). Tile n of level l has the
-- roots of the complete subtrees of 256^l lines from the (256 * n)-th on. Made from the log, lazily.
create table if not exists tile (
    collection integer not null,
    level smallint not null,
    tile bigint not null,
    hashes bytea not null,
    primary key (collection, level, tile)
)
