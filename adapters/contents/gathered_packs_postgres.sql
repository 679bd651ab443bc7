-- The packs of articles and descriptions below one that some streams have, piece by piece, and how
-- many times content of the collection was erased. Looked up stream by stream, whatever the planner
-- believes of a table that was empty a moment ago.
select s.name, p.kind, p.pack, p.texts, p.data,
    (select erasures from collection where collection = :collection)
from :streams
cross join lateral (
    select kind, pack, piece, texts, data from pack
    where collection = s.collection and stream = s.stream
        and kind in (0, 3) and pack < :below
    order by kind, pack, piece
    limit 2 * :below
) p
order by s.name, p.kind, p.pack, p.piece
