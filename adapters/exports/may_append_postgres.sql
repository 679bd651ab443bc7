-- Whether this role can append to the log, here and now.
select has_table_privilege(current_user, 'event', 'insert')
    and current_setting('transaction_read_only') = 'off'
