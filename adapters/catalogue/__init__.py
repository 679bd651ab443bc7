"""The catalogue: what is asked most, indexed.

A projection of the log onto rows, written in the transaction of each append, so that reads see
their own writes, and made anew from the log at will (`rebuild`). It decides nothing: it finds the
marks from which `variorum.domain.asof` judges.
"""
