-- Moves a projection on to a position; no row where it is there already, or beyond.
insert into tracking (collection, projection, position)
values (:collection, :projection, :position)
on conflict (collection, projection) do update
set position = excluded.position, failed_position = null, failure = null
where tracking.position < excluded.position
returning position
