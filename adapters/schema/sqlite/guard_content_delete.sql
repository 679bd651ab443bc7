-- Content is only added to, or erased; its row stays.
create trigger if not exists guard_content_delete before delete on content
begin
    select raise(abort, 'content is only changed by erasing it: no delete of table content');
end
