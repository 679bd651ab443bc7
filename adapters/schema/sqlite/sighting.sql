-- Catalogue: what was seen of a story, by the instant of the newsroom's clock from which it counts;
-- `captured` is when the copy was made that was seen, where that is another.
create table if not exists "sighting" (
    collection integer not null,
    stream integer not null,
    outcome integer not null,
    at integer not null,
    position integer not null,
    revision integer,
    captured integer,
    primary key (collection, stream, outcome, at, position)
) without rowid
