-- What SQLite finds wrong with its file, each row of each index among it; `ok` if nothing is.
pragma integrity_check
