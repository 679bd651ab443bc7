insert into tally (collection, outlet, month, topic, events)
values (:collection, :outlet, :month, :topic, :events)
on conflict (collection, outlet, month, topic) do update set events = tally.events + excluded.events
