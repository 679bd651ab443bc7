-- The dating of a revision as known by position :known: the last of the later ones, or the first.
select mark from (
    select * from (
        select position, mark from dating
        where collection = :collection and stream = :stream and revision = :revision
            and arrived is not null and position <= :known
        order by position desc limit 1
    ) as later
    union all
    select d.position, d.mark
    from revision r
    join dating d
        on d.collection = r.collection and d.stream = r.stream and d.at = r.at
        and d.revision = r.revision and d.position = r.position
    where r.collection = :collection and r.stream = :stream and r.revision = :revision
        and r.position <= :known
) as found
order by position desc limit 1
