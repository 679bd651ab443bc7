-- Catalogue: the revisions as they were recorded. Commitments are 32 raw bytes.
create table if not exists "revision" (
    collection integer not null,
    stream integer not null,
    revision integer not null,
    position integer not null,
    recorded_at integer not null,
    captured integer,
    article integer not null,
    article_commitment blob not null,
    source integer,
    source_commitment blob,
    media_type text,
    primary key (collection, stream, revision)
) without rowid
