create table if not exists archive (
    singleton smallint primary key check (singleton = 1),
    schema_version smallint not null
)
;;
create table if not exists collection (
    collection integer primary key,
    name text not null unique,
    position bigint not null default 0,
    recorded_at bigint not null default 0,
    streams integer not null default 0,
    topics integer not null default 0,
    erasures integer not null default 0,
    scrubbed integer not null default 0
)
;;
create table if not exists stream (
    collection integer not null,
    stream integer not null,
    name text collate "C" not null,
    primary key (collection, stream),
    unique (collection, name)
)
;;
create table if not exists topic (
    collection integer not null,
    topic integer not null,
    name text not null,
    primary key (collection, topic),
    unique (collection, name)
)
;;
create table if not exists event (
    collection integer not null,
    position bigint not null,
    stream integer not null,
    version integer not null,
    topic integer not null,
    recorded_at bigint not null,
    state bytea not null,
    primary key (collection, position)
)
;;
create unique index if not exists event_by_stream on event (collection, stream, version)
;;
create table if not exists content (
    collection integer not null,
    stream integer not null,
    kind smallint not null,
    ordinal integer not null,
    base integer,
    encoding smallint not null,
    salt bytea not null,
    data bytea not null,
    primary key (collection, stream, kind, ordinal)
)
;;
create table if not exists pack (
    collection integer not null,
    stream integer not null,
    kind smallint not null,
    pack integer not null,
    piece integer not null,
    texts smallint not null,
    data bytea not null,
    primary key (collection, stream, kind, pack, piece)
)
;;
create table if not exists tile (
    collection integer not null,
    level smallint not null,
    tile bigint not null,
    hashes bytea not null,
    primary key (collection, level, tile)
)
;;
create table if not exists checkpoint (
    collection integer not null,
    size bigint not null,
    root bytea not null,
    note bytea not null,
    signed_at bigint not null,
    primary key (collection, size)
)
;;
create table if not exists timestamp_token (
    collection integer not null,
    size bigint not null,
    authority text not null,
    obtained_at bigint not null,
    token bytea not null,
    primary key (collection, size, authority, obtained_at)
)
;;
create table if not exists story (
    collection integer not null,
    stream integer not null,
    id text collate "C" not null,
    position bigint not null,
    recorded_at bigint not null,
    zone text,
    date_order text,
    outlet text,
    address bytea,
    description integer,
    description_commitment bytea,
    primary key (collection, id)
)
;;
create index if not exists story_by_address on story (collection, address)
    where address is not null
;;
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
;;
create table if not exists dating (
    collection integer not null,
    stream integer not null,
    at bigint not null,
    revision integer not null,
    position bigint not null,
    arrived bigint,
    earliest bigint,
    latest bigint,
    mark bytea not null,
    primary key (collection, stream, at, revision, position)
)
;;
create index if not exists dating_by_revision on dating (collection, stream, revision, position)
    where arrived is not null
;;
create index if not exists dating_open on dating (collection, stream, latest)
    where latest is not null
;;
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
;;
create index if not exists sighting_by_revision on sighting (
    collection, stream, revision, (coalesce(captured, at))
)
    where revision is not null
;;
create table if not exists implied (
    collection integer not null,
    stream integer not null,
    earliest bigint not null,
    position bigint not null,
    latest bigint not null,
    primary key (collection, stream, earliest, position, latest)
)
;;
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
;;
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
;;
create table if not exists amendment (
    collection integer not null,
    stream integer not null,
    position bigint not null,
    kind smallint not null,
    zone text,
    date_order text,
    outlet text,
    address bytea,
    description integer,
    description_commitment bytea,
    other text,
    first integer,
    revisions integer,
    primary key (collection, stream, position)
)
;;
create index if not exists amendment_by_address on amendment (collection, address)
    where address is not null
;;
create table if not exists besides (
    collection integer not null,
    stream integer not null,
    kind integer not null,
    primary key (collection, stream, kind)
)
;;
create table if not exists tracking (
    collection integer not null,
    projection text not null,
    position bigint not null,
    failed_position bigint,
    failure text,
    primary key (collection, projection)
)
;;
create table if not exists tally (
    collection integer not null,
    outlet text not null,
    month text not null,
    topic text not null,
    events bigint not null,
    primary key (collection, outlet, month, topic)
)
;;
create table if not exists watch (
    collection integer not null,
    address bytea not null,
    url text not null,
    kind text not null,
    every bigint not null,
    since bigint not null,
    due bigint not null,
    story text,
    etag text,
    modified text,
    checked bigint,
    reached bigint,
    changed bigint,
    failures integer not null default 0,
    said text,
    primary key (collection, address)
)
;;
