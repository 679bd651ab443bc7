-- Catalogue: the contents that are gone, each with the event that records it, and with what of an
-- article remains as a content of its own, if anything. `number` counts parts from 1.
create table if not exists "erasure" (
    collection integer not null,
    stream integer not null,
    kind integer not null,
    ordinal integer not null,
    position integer not null,
    recorded_at integer not null,
    actor text not null,
    revision integer,
    part integer not null,
    number integer,
    remainder integer,
    remainder_length integer,
    remainder_commitment blob,
    note integer not null,
    note_length integer not null,
    note_commitment blob not null,
    primary key (collection, stream, kind, ordinal)
) without rowid
