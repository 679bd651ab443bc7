-- Notes that a projection at :position cannot take the event at :failed; no row if it has moved.
update tracking set failed_position = :failed, failure = :failure
where collection = :collection and projection = :projection and position = :position
returning position
