-- What was seen of a story at one moment.
select outcome, revision from sighting
where collection = :collection and stream = :stream and outcome in (0, 1, 2, 3) and at = :moment
