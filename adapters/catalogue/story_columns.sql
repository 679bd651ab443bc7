-- Of story s, what an entry is made of (entries.py), but for what there is besides.
s.stream, s.id, s.position, s.recorded_at, s.zone, s.date_order, s.outlet, s.address,
s.description, s.description_commitment
