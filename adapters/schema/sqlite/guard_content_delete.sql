-- Content is only added to, erased, or moved into a pack.
create trigger if not exists guard_content_delete before delete on content
when not exists (select 1 from sealing where collection = old.collection)
begin
    select raise(abort, 'content is only changed by erasing it: no delete of table content');
end
