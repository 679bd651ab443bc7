select size, authority, obtained_at, token from timestamp_token
where collection = :collection and size <= :until order by size, authority, obtained_at
