-- A revision as it was dated first, and what is needed to compare a text with its own: the event that
-- commits to it, its ordinal, and its salt where it is not sealed.
select d.revision, d.mark, e.state, d.article, {article_salt}
from dating d
join event e on e.collection = d.collection and e.position = d.position
where d.collection = :collection and d.stream = :stream and d.revision = :revision
    and d.arrived is null
