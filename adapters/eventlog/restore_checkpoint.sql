insert into checkpoint (collection, size, root, note, signed_at)
values (:collection, :size, :root, :note, :signed_at)
on conflict (collection, size) do nothing
