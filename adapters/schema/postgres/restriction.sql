-- Catalogue: what was restricted and restored, at `position`: the whole story where `revision` is
-- null. `until` in microseconds since 1970, UTC; null until restored. The note says why.
create table if not exists restriction (
    collection integer not null,
    stream integer not null,
    position bigint not null,
    recorded_at bigint not null,
    actor text not null,
    revision integer,
    restored smallint not null,
    until bigint,
    note integer not null,
    note_length bigint not null,
    note_commitment bytea not null,
    primary key (collection, stream, position)
)
