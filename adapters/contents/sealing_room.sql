-- How many of some contents are loose, how many texts their pack has, and how many the one before it.
select
    (select count(*) from content
        where collection = :collection and stream = :stream and kind = :kind
            and ordinal >= :first and ordinal < :end),
    (select texts from pack
        where collection = :collection and stream = :stream and kind = :kind and pack = :pack
            and piece = 0),
    (select texts from pack
        where collection = :collection and stream = :stream and kind = :kind and pack = :before
            and piece = 0)
