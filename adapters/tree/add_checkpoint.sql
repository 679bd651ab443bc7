-- Another process may have signed the same head at the same moment.
insert into checkpoint (collection, size, root, note, signed_at)
values (:collection, :size, :root, :note, :signed_at)
on conflict do nothing
