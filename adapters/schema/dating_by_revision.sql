-- Catalogue: the later datings of one revision, to see which is superseded.
create index if not exists dating_by_revision on dating (collection, stream, revision, position)
    where arrived is not null
