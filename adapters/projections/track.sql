-- A tracking row that can be locked, before the first event.
insert into tracking (collection, projection, position)
values (:collection, :projection, 0)
on conflict (collection, projection) do nothing
