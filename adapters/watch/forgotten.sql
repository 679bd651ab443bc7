-- What a row is that keeps of a target only that nothing leads back to it: the digest of its address.
url = '', kind = 'forgotten', every = 0, since = 0, due = 9223372036854775807, story = null,
    etag = null, modified = null, checked = null, reached = null, changed = null, failures = 0,
    said = null, stands = null, outlet = null
