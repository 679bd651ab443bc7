"""Variorum: an event-sourced archive of news stories.

    import variorum
    with variorum.open("variorum.db") as archive:
        archive.story("kursk").at("2024-10-24T09:12-04:00").text
"""
