-- The log: an event at each position from 1, without gaps. Never changed. `state` is packed
-- (adapters/eventlog/packing.py).
create table if not exists event (
    position bigint not null,
    recorded_at bigint not null,
    collection integer not null,
    stream integer not null,
    version integer not null,
    topic integer not null,
    state bytea not null,
    primary key (collection, position)
)
