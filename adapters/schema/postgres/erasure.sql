-- Catalogue: the contents that are gone, each with the event that records it, and with what of an
-- article remains as a content of its own, if anything. `number` counts parts from 1.
create table if not exists erasure (
    collection integer not null,
    stream integer not null,
    kind smallint not null,
    ordinal integer not null,
    position bigint not null,
    recorded_at bigint not null,
    actor text not null,
    revision integer,
    part smallint not null,
    number integer,
    remainder integer,
    remainder_length bigint,
    remainder_commitment bytea,
    note integer not null,
    note_length bigint not null,
    note_commitment bytea not null,
    primary key (collection, stream, kind, ordinal)
)
