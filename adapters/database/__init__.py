"""Connections, transactions and statements, on SQLite and on PostgreSQL alike.

A *statement* is the text of a `.sql` file with `:name` parameters. A *cursor* runs statements
inside one transaction. A *database* lends cursors: `read()` for questions, `write()` for one
transaction that is committed as a whole or not at all.
"""
