"""The outside world: databases, files, pages. Implements the ports of `variorum.domain.ports`."""
