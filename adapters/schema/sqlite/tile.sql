-- The hashes of the log's tree, 256 to a tile (C2SP tlog-tiles); brought up to date when they are
-- asked for. Hash n of tile i of level l is the root over the 256^l leaves from (256 i + n) 256^l on.
create table if not exists tile (
    collection integer not null,
    level integer not null,
    tile integer not null,
    hashes blob not null,
    primary key (collection, level, tile)
)
