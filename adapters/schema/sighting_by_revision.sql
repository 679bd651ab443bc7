-- Catalogue: when a revision was last seen to stand.
create index if not exists sighting_by_revision on sighting (
    collection, stream, revision, (coalesce(captured, at))
)
    where revision is not null
