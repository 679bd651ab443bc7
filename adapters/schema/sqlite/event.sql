-- The log: an event at each position from 1, without gaps. Never changed. `state` is packed
-- (adapters/eventlog/packing.py).
create table if not exists event (
    collection integer not null,
    position integer not null,
    stream integer not null,
    version integer not null,
    topic integer not null,
    recorded_at integer not null,
    state blob not null,
    primary key (collection, position)
) without rowid
