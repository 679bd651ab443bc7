-- A backup was restored to its end, which is at :position. One that reaches further may have been
-- restored in part before.
update tracking set
    position = :position,
    failed_position = case when failed_position > :position then failed_position end
where collection = :collection and projection = :name
