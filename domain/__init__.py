"""What a story is, what a revision is, and what was said when: pure, without I/O or a clock."""
