-- The signed heads of the log: `root` is that of the first `size` lines, `note` the signed note (C2SP
-- tlog-checkpoint), `signed_at` in microseconds since 1970, UTC. Never changed.
create table if not exists checkpoint (
    collection integer not null,
    size bigint not null,
    root bytea not null,
    note text not null,
    signed_at bigint not null,
    primary key (collection, size)
)
