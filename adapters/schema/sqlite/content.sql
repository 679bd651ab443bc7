-- What events commit to, and what can be erased. `encoding`: 0 as it is, 1 zstd, 2 zstd with the
-- content at ordinal `base` of the same chain as prefix; `base` null means the rule of the chain;
-- 9 erased: nothing is left but the place, which is never given again.
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
