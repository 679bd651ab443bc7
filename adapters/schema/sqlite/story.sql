-- Catalogue: the stories. `stream` is the key of the story's stream.
create table if not exists "story" (
    collection integer not null,
    stream integer not null,
    id text not null,
    position integer not null,
    recorded_at integer not null,
    zone text,
    date_order text,
    outlet text,
    address blob,
    description integer,
    description_commitment blob,
    primary key (collection, id)
) without rowid
