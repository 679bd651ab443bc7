-- A backup was restored up to :position. Of several that were, the one that reaches further counts.
insert into tracking (collection, projection, position, failed_position)
values (:collection, :name, :position, :until)
on conflict (collection, projection) do update set
    position = excluded.position,
    failed_position = case
        when tracking.failed_position > excluded.failed_position then tracking.failed_position
        else excluded.failed_position
    end
