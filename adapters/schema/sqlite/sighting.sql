-- Catalogue: what was seen of a story, by moment.
create table if not exists "sighting" (
    collection integer not null,
    stream integer not null,
    outcome integer not null,
    at integer not null,
    position integer not null,
    revision integer,
    primary key (collection, stream, outcome, at, position)
) without rowid
