-- A row where a dating stands in [:earliest, :latest) of a revision that :position did not record.
with standing as not materialized (
    {standing_datings}
)
select 1 from standing d
where d.at >= :earliest and d.at < :latest and d.arrived <> :position
limit 1
