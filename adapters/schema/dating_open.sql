-- Catalogue: datings with a wide interval, for what else is possible. One of a second is found by `at`.
create index if not exists dating_open on dating (collection, stream, latest)
    where latest is not null
