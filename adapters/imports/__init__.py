"""What is read into an archive: files, pages, feeds, and other people's histories."""
