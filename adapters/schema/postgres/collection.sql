-- A collection, and the counter that its appends take turns at: how many events its log has, when
-- the last was recorded (microseconds since 1970, UTC), how many streams and topics have keys, how
-- many times content was erased, and after how many of those the files were cleared of it.
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
