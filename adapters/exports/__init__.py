"""Hands the archive's stories to other programs."""
