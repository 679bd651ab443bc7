"""Watching pages and feeds on the web: fetching politely, and recording what changes.

A *fetch* is one look at one address, redirects and all, within limits of size and time. A *host* is
asked one thing at a time. Whatever a server does, a fetch ends, and holds no more than a page.
"""
