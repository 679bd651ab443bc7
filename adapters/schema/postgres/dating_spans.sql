-- Catalogue: datings with a wide interval, by how wide it is: up to a minute, an hour, a day, a month, a
-- year; wider; since ever. Of each, those that can hold an instant end within that time of it.
create index if not exists dating_spans on dating (
    collection,
    stream,
    (case
        when earliest = -9223372036854775808 then 6
        when latest - earliest <= 60000000 then 0
        when latest - earliest <= 3600000000 then 1
        when latest - earliest <= 86400000000 then 2
        when latest - earliest <= 2678400000000 then 3
        when latest - earliest <= 31622400000000 then 4
        else 5
    end),
    latest
) where latest is not null
