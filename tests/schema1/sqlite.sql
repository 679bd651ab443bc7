create table if not exists archive (
    singleton integer primary key check (singleton = 1),
    schema_version integer not null
);
create table if not exists collection (
    collection integer primary key,
    name text not null unique,
    position integer not null default 0,
    recorded_at integer not null default 0,
    streams integer not null default 0,
    topics integer not null default 0
);
create table if not exists stream (
    collection integer not null,
    stream integer not null,
    name text not null,
    primary key (collection, stream),
    unique (collection, name)
) without rowid;
create table if not exists topic (
    collection integer not null,
    topic integer not null,
    name text not null,
    primary key (collection, topic),
    unique (collection, name)
) without rowid;
create table if not exists event (
    collection integer not null,
    position integer not null,
    stream integer not null,
    version integer not null,
    topic integer not null,
    recorded_at integer not null,
    state blob not null,
    primary key (collection, position)
);
create unique index if not exists event_by_stream on event (collection, stream, version);
create table if not exists content (
    collection integer not null,
    stream integer not null,
    kind integer not null,
    ordinal integer not null,
    base integer,
    encoding integer not null,
    salt blob not null,
    data blob not null,
    primary key (collection, stream, kind, ordinal)
);
select 1;
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
) without rowid;
create index if not exists story_by_address on story (collection, address)
    where address is not null;
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
) without rowid;
create table if not exists "dating" (
    collection integer not null,
    stream integer not null,
    at integer not null,
    revision integer not null,
    position integer not null,
    arrived integer not null,
    earliest integer,
    latest integer not null,
    precision integer not null,
    basis integer not null,
    zone text,
    resolved text,
    primary key (collection, stream, at, revision, position)
) without rowid;
create index if not exists dating_by_revision on dating (collection, stream, revision, position);
create index if not exists dating_open on dating (collection, stream, latest)
    where earliest is null or earliest < at or latest > at + 1000000;
create table if not exists "sighting" (
    collection integer not null,
    stream integer not null,
    outcome integer not null,
    at integer not null,
    position integer not null,
    revision integer,
    captured integer,
    primary key (collection, stream, outcome, at, position)
) without rowid;
create index if not exists sighting_by_revision on sighting (
    collection, stream, revision, (coalesce(captured, at))
)
    where revision is not null;
create table if not exists "implied" (
    collection integer not null,
    stream integer not null,
    earliest integer not null,
    position integer not null,
    latest integer not null,
    primary key (collection, stream, earliest, position, latest)
) without rowid;
create table if not exists tracking (
    collection integer not null,
    projection text not null,
    position integer not null,
    failed_position integer,
    failure text,
    primary key (collection, projection)
) without rowid;
create table if not exists tally (
    collection integer not null,
    outlet text not null,
    month text not null,
    topic text not null,
    events integer not null,
    primary key (collection, outlet, month, topic)
) without rowid;
