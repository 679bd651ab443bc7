"""Checks a collection against itself and against what was signed, event by event.

Streams are read one after another, so that every event and every content is read once and in the
order in which texts build on one another; several processes take a part each. What the tree needs
of an event, its leaf hash and its time, is kept by position in a temporary file of 40 bytes an
event (`leaves`), from which the tree is made at the end. Memory does not grow with the archive.
"""
