-- Catalogue: the revisions as they were recorded; what they commit to is in the event at `position`.
-- `at` is the instant that they were dated to then.
create table if not exists revision (
    collection integer not null,
    stream integer not null,
    revision integer not null,
    position bigint not null,
    at bigint not null,
    captured bigint,
    article integer not null,
    source integer,
    media_type text,
    primary key (collection, stream, revision)
)
