-- The packs of a kind from :first to before :end, piece by piece.
select pack, texts, data from pack
where collection = :collection and stream = :stream and kind = :kind
    and pack >= :first and pack < :end
order by pack, piece
