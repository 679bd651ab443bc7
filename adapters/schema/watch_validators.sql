-- From schema 7 to 8: of which revision they are is not known.
update watch set etag = null, modified = null
