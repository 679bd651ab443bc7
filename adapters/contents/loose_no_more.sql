-- The rows of contents that are in a pack now.
delete from content
where collection = :collection and stream = :stream and kind = :kind
    and ordinal >= :first and ordinal < :end
