-- How wide the interval of a dating is, as `dating_spans` has it: up to a minute, an hour, a day, a month,
-- a year; wider; since ever. catalogue/marks.sql has the same widths.
case
    when earliest = -9223372036854775808 then 6
    when latest - earliest <= 60000000 then 0
    when latest - earliest <= 3600000000 then 1
    when latest - earliest <= 86400000000 then 2
    when latest - earliest <= 2678400000000 then 3
    when latest - earliest <= 31622400000000 then 4
    else 5
end
