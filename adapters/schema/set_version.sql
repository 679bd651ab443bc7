insert into archive (singleton, schema_version) values (1, :version) on conflict do nothing
