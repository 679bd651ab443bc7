-- Catalogue: from the digest of a canonical URL to the stories that were said later to have it.
create index if not exists amendment_by_address on amendment (collection, address)
    where address is not null
