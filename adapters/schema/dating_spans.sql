-- Catalogue: datings with a wide interval, by how wide it is (span.sql). Of each width, those that can hold
-- an instant end within that time of it.
create index if not exists dating_spans on dating (collection, stream, ({span}), latest)
    where latest is not null
