-- How much a collection holds.
select
    (select count(*) from story where collection = :collection),
    (select count(*) from dating where collection = :collection and arrived is null),
    (select count(*) from sighting where collection = :collection),
    (select count(*) from content where collection = :collection),
    (select coalesce(sum(length(data)), 0) from content where collection = :collection),
    (select coalesce(sum(texts), 0) from pack where collection = :collection and piece = 0),
    (select coalesce(sum(length(data)), 0) from pack where collection = :collection),
    (select coalesce(sum(length(state)), 0) from event where collection = :collection)
