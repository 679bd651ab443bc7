-- A target.
address, url, kind, every, since, due, story, etag, modified, checked, reached, changed, failures,
    said, stands, outlet
