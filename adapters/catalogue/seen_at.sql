-- What was seen of a story at one instant of the newsroom's clock.
select outcome, revision, captured from sighting
where collection = :collection and stream = :stream and outcome in (0, 1, 2, 3) and at = :at
