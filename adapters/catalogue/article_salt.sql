-- The salt of the article of a dating in the statement around it, null where it is sealed or erased: a
-- subquery, as PostgreSQL's planner may have a join read all texts of the story.
(
    select salt from content
    where collection = :collection and stream = :stream and kind = 0 and ordinal = article
)
