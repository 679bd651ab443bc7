-- What is watched, in the order in which it is due.
select address, url, kind, every, since, due, story, etag, modified, checked, reached, changed,
    failures, said, stands, outlet
from watch
where collection = :collection and due <= :until and kind <> 'forgotten'
order by due, url limit :limit
