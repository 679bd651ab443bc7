-- A pack as it is stored, piece by piece, and how many times content of the collection was erased.
-- The stream's key is found first, whatever PostgreSQL's planner believes.
select p.pack, p.texts, p.data,
    (select erasures from collection where collection = :collection), p.piece
from pack p
where p.collection = :collection
    and p.stream = (select stream from stream where collection = :collection and name = :name)
    and p.kind = :kind and p.pack = :pack
