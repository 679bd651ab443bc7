"""One `eventsourcing` application for each collection; its notification id is the position."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eventsourcing.application import Application
from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    InfrastructureFactory,
    Mapper,
    ProcessRecorder,
    StoredEvent,
    TrackingRecorder,
)
from eventsourcing.utils import Environment, EnvType

from variorum.adapters.eventlog.mapper import PydanticMapper
from variorum.adapters.eventlog.recorder import LogRecorder
from variorum.domain.events import Event


class LogFactory(InfrastructureFactory[TrackingRecorder]):
    """Implements `eventsourcing.persistence.InfrastructureFactory` around a recorder in hand."""

    def __init__(self, env: Environment | EnvType | None, recorder: LogRecorder) -> None:
        super().__init__(env)
        self._recorder = recorder

    def mapper(self, transcoder: Any = None, mapper_class: Any = None) -> Mapper[Any]:
        return PydanticMapper()

    def application_recorder(self) -> ApplicationRecorder:
        return self._recorder

    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:
        return self._recorder

    def tracking_recorder(self, tracking_recorder_class: Any = None) -> TrackingRecorder:
        from variorum.adapters.projections.tracking import LogTrackingRecorder

        return LogTrackingRecorder(self._recorder.database, self._recorder.collection)

    def process_recorder(self) -> ProcessRecorder:
        raise NotImplementedError("projections of this archive follow by tracked positions")


class CollectionApplication(Application[str]):
    """The events of one collection."""

    name = "variorum"
    recorder: LogRecorder

    def __init__(self, recorder: LogRecorder) -> None:
        self._given = recorder
        super().__init__()

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """Nothing is read from the process environment: the archive says where it is."""
        return Environment(name, {})

    def construct_factory(self, env: Environment) -> InfrastructureFactory[Any]:
        return LogFactory(env, self._given)

    def encoded(self, events: Sequence[Event]) -> list[StoredEvent]:
        """Events of any streams as they are stored."""
        return list(map(self.mapper.to_stored_event, events))

    def append(self, events: Sequence[StoredEvent], **companions: Any) -> list[int]:
        """Saves events of any streams in one transaction and gives their positions.

        As `save` does for events by themselves, without a look at what each object is, and
        without a recording of each, which nobody here subscribes to.
        """
        return list(self.recorder.insert_events(events, **companions))
