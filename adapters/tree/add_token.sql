-- On SQLite a guard refuses even an insert that would do nothing.
insert into timestamp_token (collection, size, authority, obtained_at, token)
select :collection, :size, :authority, :obtained_at, :token
where not exists (
    select 1 from timestamp_token
    where collection = :collection and size = :size
        and authority = :authority and obtained_at = :obtained_at
)
on conflict do nothing
