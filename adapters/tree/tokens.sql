select authority, obtained_at, token from timestamp_token
where collection = :collection and size = :size
order by obtained_at, authority
