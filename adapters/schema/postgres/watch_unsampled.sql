-- As of contents: no samples, as addresses and outlets' names are erased with their story.
alter table watch
    alter column url set statistics 0,
    alter column etag set statistics 0,
    alter column modified set statistics 0,
    alter column said set statistics 0,
    alter column outlet set statistics 0
