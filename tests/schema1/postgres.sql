create table if not exists archive (
    singleton smallint primary key check (singleton = 1),
    schema_version smallint not null
);
create table if not exists collection (
    collection integer primary key,
    name text not null unique,
    position bigint not null default 0,
    recorded_at bigint not null default 0,
    streams integer not null default 0,
    topics integer not null default 0
);
create table if not exists stream (
    collection integer not null,
    stream integer not null,
    name text not null,
    primary key (collection, stream),
    unique (collection, name)
);
create table if not exists topic (
    collection integer not null,
    topic integer not null,
    name text not null,
    primary key (collection, topic),
    unique (collection, name)
);
create table if not exists event (
    collection integer not null,
    position bigint not null,
    stream integer not null,
    version integer not null,
    topic integer not null,
    recorded_at bigint not null,
    state bytea not null,
    primary key (collection, position)
);
create unique index if not exists event_by_stream on event (collection, stream, version);
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
);
alter table content alter column data set storage external;
create table if not exists story (
    collection integer not null,
    stream integer not null,
    id text not null,
    position bigint not null,
    recorded_at bigint not null,
    zone text,
    date_order text,
    outlet text,
    address bytea,
    description integer,
    description_commitment bytea,
    primary key (collection, id)
);
create index if not exists story_by_address on story (collection, address)
    where address is not null;
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
);
create table if not exists dating (
    collection integer not null,
    stream integer not null,
    at bigint not null,
    revision integer not null,
    position bigint not null,
    arrived bigint not null,
    earliest bigint,
    latest bigint not null,
    precision smallint not null,
    basis smallint not null,
    zone text,
    resolved text,
    primary key (collection, stream, at, revision, position)
);
create index if not exists dating_by_revision on dating (collection, stream, revision, position);
create index if not exists dating_open on dating (collection, stream, latest)
    where earliest is null or earliest < at or latest > at + 1000000;
create table if not exists sighting (
    collection integer not null,
    stream integer not null,
    outcome smallint not null,
    at bigint not null,
    position bigint not null,
    revision integer,
    captured bigint,
    primary key (collection, stream, outcome, at, position)
);
create index if not exists sighting_by_revision on sighting (
    collection, stream, revision, (coalesce(captured, at))
)
    where revision is not null;
create table if not exists implied (
    collection integer not null,
    stream integer not null,
    earliest bigint not null,
    position bigint not null,
    latest bigint not null,
    primary key (collection, stream, earliest, position, latest)
);
create table if not exists tracking (
    collection integer not null,
    projection text not null,
    position bigint not null,
    failed_position bigint,
    failure text,
    primary key (collection, projection)
);
create table if not exists tally (
    collection integer not null,
    outlet text not null,
    month text not null,
    topic text not null,
    events bigint not null,
    primary key (collection, outlet, month, topic)
);
