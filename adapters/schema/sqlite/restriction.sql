-- Catalogue: what was restricted and restored, at `position`: the whole story where `revision` is
-- null. `until` in microseconds since 1970, UTC; null until restored. The note says why.
create table if not exists "restriction" (
    collection integer not null,
    stream integer not null,
    position integer not null,
    recorded_at integer not null,
    actor text not null,
    revision integer,
    restored integer not null,
    until integer,
    note integer not null,
    note_length integer not null,
    note_commitment blob not null,
    primary key (collection, stream, position)
) without rowid
