-- That story s has a wide time that :at is before the end of: a condition of other statements. Not `exists`,
-- of which PostgreSQL makes a join, and then looks at all such times of the story.
(
    select 1 from dating x
    where x.collection = s.collection and x.stream = s.stream and x.latest > :at
    limit 1
) is not null
