-- The hashes between the last full tile and the end of a checkpoint.
insert into tile (collection, level, tile, hashes)
values (:collection, -1, :tile, :hashes)
on conflict (collection, level, tile) do update set hashes = excluded.hashes
