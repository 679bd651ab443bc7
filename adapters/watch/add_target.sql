-- Watches an address that is not watched yet, also one that was forgotten; gives it, if it was not.
{added} do update set url = excluded.url, kind = excluded.kind, every = excluded.every,
    since = excluded.since, due = excluded.due, outlet = excluded.outlet
where watch.kind = 'forgotten'
returning address
