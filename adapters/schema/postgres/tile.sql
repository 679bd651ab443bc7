-- The hashes of the log's tree, 256 to a tile (C2SP tlog-tiles); brought up to date when they are
-- asked for. Hash n of tile i of level l is the root over the 256^l leaves from (256 i + n) 256^l on.
create table if not exists tile (
    collection integer not null,
    level smallint not null,
    tile bigint not null,
    hashes bytea not null,
    primary key (collection, level, tile)
)
