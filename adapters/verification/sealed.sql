-- The packs of streams up to :until, piece by piece, the next :limit pieces after a place.
select stream, kind, pack, piece, texts, data
from pack
where collection = :collection and (stream, kind, pack, piece) > (:stream, :kind, :pack, :piece)
    and stream <= :until
order by stream, kind, pack, piece
limit :limit
