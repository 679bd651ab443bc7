-- Content is only added to, or erased.
create trigger if not exists guard_content_update before update on content
when not exists (select 1 from erasing where collection = old.collection)
begin
    select raise(abort, 'content is only changed by erasing it: no update of table content');
end
