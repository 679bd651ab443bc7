-- The revisions that were ever dated to an instant, with the texts they hold (held_text.sql): one as often
-- as it was. Where one was recorded otherwise, that is looked up by itself: PostgreSQL may join all of the
-- story's revisions.
select d.revision, d.mark,
    (select state from event where collection = :collection and position = d.recorded),
    d.article, {article_salt}
from (
    select revision, coalesce(arrived, position) as recorded,
        case when arrived is null then mark else (
            select r.mark from dating r
            where r.collection = :collection and r.stream = :stream
                and r.revision = dating.revision and r.arrived is null
        ) end as mark,
        case when arrived is null then article else (
            select r.article from dating r
            where r.collection = :collection and r.stream = :stream
                and r.revision = dating.revision and r.arrived is null
        ) end as article
    from dating
    where collection = :collection and stream = :stream and at = :at
) as d
