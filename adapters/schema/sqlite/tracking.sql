-- How far each projection has followed its log, and where it stopped, if it did.
create table if not exists tracking (
    collection integer not null,
    projection text not null,
    position integer not null,
    failed_position integer,
    failure text,
    primary key (collection, projection)
) without rowid
