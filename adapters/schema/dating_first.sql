-- Catalogue: the revisions as they were recorded, by their numbers.
create unique index if not exists dating_first on dating (collection, stream, revision)
    where arrived is null
