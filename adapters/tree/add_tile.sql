-- Another process may have stored the same one; there is only one that it can be.
insert into tile (collection, level, tile, hashes)
values (:collection, :level, :tile, :hashes)
on conflict do nothing
