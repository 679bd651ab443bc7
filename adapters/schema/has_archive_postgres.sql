select 1 where to_regclass('archive') is not null
