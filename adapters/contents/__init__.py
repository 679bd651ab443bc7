"""Content as it is stored: one chain for each kind of content of a story.

Text i of a chain is compressed with text i & (i − 1) as its prefix (skip-delta), so that at most
log2 i others are decoded to read it, appends never rewrite, and a late arrival changes nothing.
A fresh chain starts every 1,024 texts, to bound what damage to one text can take with it.
"""
