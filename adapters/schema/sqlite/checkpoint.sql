-- What was signed: the head of the log at a size, with its root, as a signed note. Never changed.
create table if not exists checkpoint (
    collection integer not null,
    size integer not null,
    root blob not null,
    note blob not null,
    signed_at integer not null,
    primary key (collection, size)
)
