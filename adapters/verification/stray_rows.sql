-- The tables that have rows of collections that do not exist. Keys begin with the collection: from
-- each number the next is looked up, so that large tables are not read.
with recursive
    events (n) as (select min(collection) from event union all
        select (select min(collection) from event where collection > n) from events
        where n is not null),
    streams (n) as (select min(collection) from stream union all
        select (select min(collection) from stream where collection > n) from streams
        where n is not null),
    contents (n) as (select min(collection) from content union all
        select (select min(collection) from content where collection > n) from contents
        where n is not null),
    packs (n) as (select min(collection) from pack union all
        select (select min(collection) from pack where collection > n) from packs
        where n is not null),
    tiles (n) as (select min(collection) from tile union all
        select (select min(collection) from tile where collection > n) from tiles
        where n is not null),
    found (what, n) as (
        select 'event', n from events union select 'stream', n from streams
        union select 'content', n from contents union select 'pack', n from packs
        union select 'tile', n from tiles
        union select 'topic', collection from topic
        union select 'checkpoint', collection from checkpoint
        union select 'time-stamp', collection from timestamp_token)
select what, n from found
where n is not null and n not in (select collection from collection) order by n, what
