-- Catalogue: from the digest of a canonical URL to its story.
create index if not exists story_by_address on story (collection, address)
    where address is not null
