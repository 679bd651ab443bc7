-- Catalogue: revisions that are known to have been published and may not be held. `earliest` is the
-- least 64-bit integer where all that is known is that an earlier text existed.
create table if not exists "implied" (
    collection integer not null,
    stream integer not null,
    earliest integer not null,
    position integer not null,
    latest integer not null,
    primary key (collection, stream, earliest, position, latest)
) without rowid
