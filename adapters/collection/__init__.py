"""A collection as it is written: its events, their content and the catalogue's rows in one append.

The `eventsourcing` application around the log's recorder, the log that an archive appends to, the
process beside this one that appends for it, and the restoring of what was recorded elsewhere.
"""
