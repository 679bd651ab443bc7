-- What authorities said of when a checkpoint was there: RFC 3161 responses over its note. Never
-- changed. `obtained_at` is this archive's own clock (microseconds since 1970, UTC).
create table if not exists timestamp_token (
    collection integer not null,
    size bigint not null,
    authority text not null,
    obtained_at bigint not null,
    token bytea not null,
    primary key (collection, size, authority, obtained_at)
)
