-- As of contents: no samples.
alter table pack alter column data set statistics 0
