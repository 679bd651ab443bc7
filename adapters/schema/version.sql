select schema_version from archive
