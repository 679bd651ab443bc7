-- How far a backup was restored, and how far it reaches, where that is further.
select position, failed_position from tracking
where collection = :collection and projection = :name and failed_position > position
