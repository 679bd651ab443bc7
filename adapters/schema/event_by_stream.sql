-- One event at each version of a stream: what makes concurrent appends conflict.
create unique index if not exists event_by_stream on event (collection, stream, version)
