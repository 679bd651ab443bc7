-- Catalogue: the stories. `stream` is the key of the story's stream. Ids are
-- in the order of their bytes, as on SQLite, whatever the database's collation.
create table if not exists story (
    position bigint not null,
    recorded_at bigint not null,
    collection integer not null,
    stream integer not null,
    id text collate "C" not null,
    zone text,
    date_order text,
    outlet text,
    address bytea,
    description integer,
    description_commitment bytea,
    primary key (collection, id)
)
