insert into timestamp_token (collection, size, authority, obtained_at, token)
values (:collection, :size, :authority, :obtained_at, :token)
on conflict do nothing
