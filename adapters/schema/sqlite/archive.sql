-- The whole archive: which schema its tables have.
create table if not exists archive (
    singleton integer primary key check (singleton = 1),
    schema_version integer not null
)
