-- The whole archive: which schema its tables have.
create table if not exists archive (
    singleton smallint primary key check (singleton = 1),
    schema_version smallint not null
)
