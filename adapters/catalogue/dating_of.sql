-- The dating of a revision as known by position :known: the last of the later ones, or the first.
select mark from (
    select * from (
        select position, mark from dating
        where collection = :collection and stream = :stream and revision = :revision
            and arrived is not null and position <= :known
        order by position desc limit 1
    ) as later
    union all
    select position, mark from dating
    where collection = :collection and stream = :stream and revision = :revision
        and arrived is null and position <= :known
) as found
order by position desc limit 1
