-- Contents that are sealed: of each chain, pack n has the texts at ordinals from 32 * n on, as many as
-- `texts` says (adapters/contents/packs.py). Its bytes are cut into pieces, numbered from 0, of sizes
-- that fill the database's pages. What is here has no row in `content`.
create table if not exists pack (
    collection integer not null,
    stream integer not null,
    pack integer not null,
    piece integer not null,
    kind smallint not null,
    texts smallint not null,
    data bytea not null,
    primary key (collection, stream, kind, pack, piece)
)
