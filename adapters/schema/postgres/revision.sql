-- Catalogue: the revisions as they were recorded. Commitments are 32 raw bytes.
create table if not exists revision (
    collection integer not null,
    stream integer not null,
    revision integer not null,
    position bigint not null,
    recorded_at bigint not null,
    captured bigint,
    article integer not null,
    article_commitment bytea not null,
    source integer,
    source_commitment bytea,
    media_type text,
    primary key (collection, stream, revision)
)
