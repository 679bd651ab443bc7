-- The kinds of a stream's contents that are not sealed, with the first ordinal and the one after the last.
select kind, min(ordinal), max(ordinal) + 1 from content
where collection = :collection and stream = :stream
group by kind
order by kind
