-- Content comes compressed; compressing it again would only cost time.
alter table content alter column data set storage external
