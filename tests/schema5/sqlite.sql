create table if not exists archive (
    singleton integer primary key check (singleton = 1),
    schema_version integer not null
)
;;
create table if not exists collection (
    collection integer primary key,
    name text not null unique,
    position integer not null default 0,
    recorded_at integer not null default 0,
    streams integer not null default 0,
    topics integer not null default 0,
    erasures integer not null default 0,
    scrubbed integer not null default 0
)
;;
create table if not exists stream (
    collection integer not null,
    stream integer not null,
    name text not null,
    primary key (collection, stream),
    unique (collection, name)
) without rowid
;;
create table if not exists topic (
    collection integer not null,
    topic integer not null,
    name text not null,
    primary key (collection, topic),
    unique (collection, name)
) without rowid
;;
create table if not exists event (
    collection integer not null,
    position integer not null,
    stream integer not null,
    version integer not null,
    topic integer not null,
    recorded_at integer not null,
    state blob not null,
    primary key (collection, position)
) without rowid
;;
create unique index if not exists event_by_stream on event (collection, stream, version)
;;
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
)
;;
create table if not exists pack (
    collection integer not null,
    stream integer not null,
    kind integer not null,
    pack integer not null,
    piece integer not null,
    texts integer not null,
    data blob not null,
    primary key (collection, stream, kind, pack, piece)
) without rowid
;;
create table if not exists tile (
    collection integer not null,
    level integer not null,
    tile integer not null,
    hashes blob not null,
    primary key (collection, level, tile)
)
;;
create table if not exists checkpoint (
    collection integer not null,
    size integer not null,
    root blob not null,
    note blob not null,
    signed_at integer not null,
    primary key (collection, size)
)
;;
create table if not exists timestamp_token (
    collection integer not null,
    size integer not null,
    authority text not null,
    obtained_at integer not null,
    token blob not null,
    primary key (collection, size, authority, obtained_at)
)
;;
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
) without rowid
;;
create index if not exists story_by_address on story (collection, address)
    where address is not null
;;
create table if not exists "revision" (
    collection integer not null,
    stream integer not null,
    revision integer not null,
    position integer not null,
    at integer not null,
    captured integer,
    article integer not null,
    source integer,
    media_type text,
    primary key (collection, stream, revision)
) without rowid
;;
create table if not exists "dating" (
    collection integer not null,
    stream integer not null,
    at integer not null,
    revision integer not null,
    position integer not null,
    arrived integer,
    earliest integer,
    latest integer,
    mark blob not null,
    primary key (collection, stream, at, revision, position)
) without rowid
;;
create index if not exists dating_by_revision on dating (collection, stream, revision, position)
    where arrived is not null
;;
create index if not exists dating_open on dating (collection, stream, latest)
    where latest is not null
;;
create table if not exists "sighting" (
    collection integer not null,
    stream integer not null,
    outcome integer not null,
    at integer not null,
    position integer not null,
    revision integer,
    captured integer,
    primary key (collection, stream, outcome, at, position)
) without rowid
;;
create index if not exists sighting_by_revision on sighting (
    collection, stream, revision, (coalesce(captured, at))
)
    where revision is not null
;;
create table if not exists "implied" (
    collection integer not null,
    stream integer not null,
    earliest integer not null,
    position integer not null,
    latest integer not null,
    primary key (collection, stream, earliest, position, latest)
) without rowid
;;
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
;;
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
;;
create table if not exists "amendment" (
    collection integer not null,
    stream integer not null,
    position integer not null,
    kind integer not null,
    zone text,
    date_order text,
    outlet text,
    address blob,
    description integer,
    description_commitment blob,
    other text,
    first integer,
    revisions integer,
    primary key (collection, stream, position)
) without rowid
;;
create index if not exists amendment_by_address on amendment (collection, address)
    where address is not null
;;
create table if not exists "besides" (
    collection integer not null,
    stream integer not null,
    kind integer not null,
    primary key (collection, stream, kind)
) without rowid
;;
create table if not exists tracking (
    collection integer not null,
    projection text not null,
    position integer not null,
    failed_position integer,
    failure text,
    primary key (collection, projection)
) without rowid
;;
create table if not exists tally (
    collection integer not null,
    outlet text not null,
    month text not null,
    topic text not null,
    events integer not null,
    primary key (collection, outlet, month, topic)
) without rowid
;;
create table if not exists watch (
    collection integer not null,
    address blob not null,
    url text not null,
    kind text not null,
    every integer not null,
    since integer not null,
    due integer not null,
    story text,
    etag text,
    modified text,
    checked integer,
    reached integer,
    changed integer,
    failures integer not null default 0,
    said text,
    primary key (collection, address)
)
;;
create table if not exists erasing (
    collection integer primary key
)
;;
create table if not exists sealing (
    collection integer primary key
)
;;
create trigger if not exists guard_event_insert before insert on event
when exists (
    select 1 from event
    where collection = new.collection and position = new.position
)
or exists (
    select 1 from event
    where collection = new.collection and stream = new.stream and version = new.version
)
begin
    select raise(abort, 'append-only: table event has a row of that key');
end
;;
create trigger if not exists guard_event_update before update on event
begin
    select raise(abort, 'the log is append-only: no update of table event');
end
;;
create trigger if not exists guard_event_delete before delete on event
begin
    select raise(abort, 'the log is append-only: no delete of table event');
end
;;
create trigger if not exists guard_stream_insert before insert on stream
when exists (
    select 1 from stream
    where collection = new.collection and stream = new.stream
)
or exists (
    select 1 from stream
    where collection = new.collection and name = new.name
)
begin
    select raise(abort, 'append-only: table stream has a row of that key');
end
;;
create trigger if not exists guard_stream_update before update on stream
begin
    select raise(abort, 'the log is append-only: no update of table stream');
end
;;
create trigger if not exists guard_stream_delete before delete on stream
begin
    select raise(abort, 'the log is append-only: no delete of table stream');
end
;;
create trigger if not exists guard_topic_insert before insert on topic
when exists (
    select 1 from topic
    where collection = new.collection and topic = new.topic
)
or exists (
    select 1 from topic
    where collection = new.collection and name = new.name
)
begin
    select raise(abort, 'append-only: table topic has a row of that key');
end
;;
create trigger if not exists guard_topic_update before update on topic
begin
    select raise(abort, 'the log is append-only: no update of table topic');
end
;;
create trigger if not exists guard_topic_delete before delete on topic
begin
    select raise(abort, 'the log is append-only: no delete of table topic');
end
;;
create trigger if not exists guard_checkpoint_insert before insert on checkpoint
when exists (
    select 1 from checkpoint
    where collection = new.collection and size = new.size
)
begin
    select raise(abort, 'append-only: table checkpoint has a row of that key');
end
;;
create trigger if not exists guard_checkpoint_update before update on checkpoint
begin
    select raise(abort, 'the log is append-only: no update of table checkpoint');
end
;;
create trigger if not exists guard_checkpoint_delete before delete on checkpoint
begin
    select raise(abort, 'the log is append-only: no delete of table checkpoint');
end
;;
create trigger if not exists guard_timestamp_token_insert before insert on timestamp_token
when exists (
    select 1 from timestamp_token
    where collection = new.collection and size = new.size
        and authority = new.authority and obtained_at = new.obtained_at
)
begin
    select raise(abort, 'append-only: table timestamp_token has a row of that key');
end
;;
create trigger if not exists guard_timestamp_token_update before update on timestamp_token
begin
    select raise(abort, 'the log is append-only: no update of table timestamp_token');
end
;;
create trigger if not exists guard_timestamp_token_delete before delete on timestamp_token
begin
    select raise(abort, 'the log is append-only: no delete of table timestamp_token');
end
;;
create trigger if not exists guard_content_insert before insert on content
when exists (
    select 1 from content
    where collection = new.collection and stream = new.stream
        and kind = new.kind and ordinal = new.ordinal
)
begin
    select raise(abort, 'append-only: table content has a row of that key');
end
;;
create trigger if not exists guard_content_update before update on content
when not exists (select 1 from erasing where collection = old.collection)
begin
    select raise(abort, 'content is only changed by erasing it: no update of table content');
end
;;
create trigger if not exists guard_content_delete before delete on content
when not exists (select 1 from sealing where collection = old.collection)
begin
    select raise(abort, 'content is only changed by erasing it: no delete of table content');
end
;;
create trigger if not exists guard_pack_insert before insert on pack
when not exists (
    select 1 from sealing where collection = new.collection
    union all select 1 from erasing where collection = new.collection
)
or exists (
    select 1 from pack
    where collection = new.collection and stream = new.stream
        and kind = new.kind and pack = new.pack and piece = new.piece
)
begin
    select raise(abort, 'content is only changed by erasing it: no insert into table pack');
end
;;
create trigger if not exists guard_pack_update before update on pack
begin
    select raise(abort, 'content is only changed by erasing it: no update of table pack');
end
;;
create trigger if not exists guard_pack_delete before delete on pack
when not exists (
    select 1 from sealing where collection = old.collection
    union all select 1 from erasing where collection = old.collection
)
begin
    select raise(abort, 'content is only changed by erasing it: no delete of table pack');
end
;;
