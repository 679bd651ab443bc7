-- Packs come compressed; compressing them again would only cost time.
alter table pack alter column data set storage external
