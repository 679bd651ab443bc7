-- A site: what stands before the path.
substr(url, 1, 8 + instr(substr(url, 9) || '/', '/'))
