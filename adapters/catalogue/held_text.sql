-- A revision as it was dated first, and what is needed to compare a text with its own: the event that
-- commits to it, its ordinal, and its salt where it is not sealed.
select d.revision, d.mark,
    (select state from event where collection = :collection and position = d.position),
    d.article, {article_salt}
from dating d
where d.collection = :collection and d.stream = :stream and d.revision = :revision
    and d.arrived is null
