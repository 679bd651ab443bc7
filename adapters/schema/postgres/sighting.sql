-- Catalogue: what was seen of a story, by moment.
create table if not exists sighting (
    collection integer not null,
    stream integer not null,
    outcome smallint not null,
    at bigint not null,
    position bigint not null,
    revision integer,
    primary key (collection, stream, outcome, at, position)
)
