-- What was signed: the head of the log at a size, with its root, as a signed note. Never changed.
create table if not exists checkpoint (
    collection integer not null,
    size bigint not null,
    root bytea not null,
    note bytea not null,
    signed_at bigint not null,
    primary key (collection, size)
)
