-- Catalogue: what was said of a story after it was opened. `kind`: 0 described anew (all of it), 1 the
-- story `other` is one with it, its revisions numbered from `first` on, 2 it is not, 3 whoever asks
-- is sent to `other`, to itself where that is null.
create table if not exists amendment (
    collection integer not null,
    stream integer not null,
    position bigint not null,
    kind smallint not null,
    zone text,
    date_order text,
    outlet text,
    address bytea,
    description integer,
    description_commitment bytea,
    other text,
    first integer,
    revisions integer,
    primary key (collection, stream, position)
)
