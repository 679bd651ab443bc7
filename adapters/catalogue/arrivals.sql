-- Where the revisions of a story from :first to :last were recorded.
select revision, position from dating
where collection = :collection and stream = :stream and arrived is null
    and revision between :first and :last
