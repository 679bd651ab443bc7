-- Joined to `standing`: its event, and its description where that builds on nothing.
left join topic t
    on t.collection = e.collection and t.topic = e.topic
left join content n
    on n.collection = s.collection and n.stream = s.stream and n.kind = 3
    and n.ordinal = s.description
