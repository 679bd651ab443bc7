-- That nothing was recorded of story s but revisions, none of which has a wide time at :at: a condition
-- of other statements.
{besides} is null and not ({is_wide})
