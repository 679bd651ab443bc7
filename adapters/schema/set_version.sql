insert into archive (singleton, schema_version) values (1, :version)
on conflict (singleton) do update set schema_version = excluded.schema_version
