-- For this transaction, names without a schema mean the shadows where there are some.
select set_config('search_path', :schema || ', ' || current_setting('search_path'), true)
