-- Catalogue: datings with a wide interval, for what else is possible. One of a second is found by `at`.
create index if not exists dating_open on dating (collection, stream, latest)
    where earliest is null or earliest < at or latest > at + 1000000
