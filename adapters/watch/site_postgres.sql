-- A site: what stands before the path.
substr(url, 1, 8 + strpos(substr(url, 9) || '/', '/'))
