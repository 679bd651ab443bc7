"""The library's mapper, for pydantic events."""

from __future__ import annotations

from typing import Any

from eventsourcing.persistence import Mapper, MapperDeserialisationError, StoredEvent

from variorum.adapters.eventlog.codec import decoded, encoded
from variorum.domain.errors import DamagedError
from variorum.domain.events import Event


class PydanticMapper(Mapper[str]):
    """Implements `eventsourcing.persistence.Mapper` for the events of `variorum.domain.events`."""

    def __init__(self, transcoder: Any = None, compressor: Any = None, cipher: Any = None) -> None:
        super().__init__(transcoder, compressor, cipher)

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        event: Event = domain_event
        return StoredEvent(
            originator_id=event.originator_id,
            originator_version=event.originator_version,
            topic=event.TOPIC,
            state=encoded(event),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        """The event, upgraded to the newest version of its schema.

        Raises:
            MapperDeserialisationError: the topic is unknown, or the bytes are not its event's.
        """
        try:
            return decoded(
                stored_event.topic,
                str(stored_event.originator_id),
                stored_event.originator_version,
                stored_event.state,
            )
        except DamagedError as cause:
            raise MapperDeserialisationError(cause.message) from cause
