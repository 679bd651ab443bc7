"""The log of a collection, on the `eventsourcing` library.

Its Application, Mapper and recorder interfaces are the library's; the recorder is ours, since the
stock ones take table locks, leave gaps, have no time and know no content (docs/decisions).
"""
