-- Catalogue: what was seen of a story, by the instant of the newsroom's clock from which it counts;
-- `captured` is when the copy was made that was seen, where that is another.
create table if not exists sighting (
    collection integer not null,
    stream integer not null,
    outcome smallint not null,
    at bigint not null,
    position bigint not null,
    revision integer,
    captured bigint,
    primary key (collection, stream, outcome, at, position)
)
