-- The last position recorded at or before :at, 0 if none: recorded time never decreases with
-- position, so the log is bisected, one look at a time.
with recursive halving (low, high) as (
    select cast(0 as bigint), position from collection where collection = :collection
    union all
    select
        case when e.recorded_at <= :at then e.position else h.low end,
        case when e.recorded_at <= :at then h.high else e.position - 1 end
    from halving h
    join event e
        on e.collection = :collection and e.position = h.low + (h.high - h.low + 1) / 2
    where h.low < h.high
)
select low from halving where low >= high
