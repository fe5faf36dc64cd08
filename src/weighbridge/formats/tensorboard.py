"""TensorBoard event files: which scalars were logged, over which steps, and texts and hyperparameters beside them.

    summary = read_events(source)
    summary.scalars["train/loss"].last_step

Checksums are not compared: a log with a flipped bit still tells what was logged.
"""

from __future__ import annotations

import math
import struct

import msgspec

from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.formats.binary import LIMITS, Limits
from weighbridge.formats.metadata import plain_text
from weighbridge.formats.protobuf import BYTES, FIXED32, FIXED64, VARINT, Field, Message, Wire, float32, float64
from weighbridge.model import ByteSource, Problem

_HEADER, _CHECKSUM = 12, 4
_TAGS = 5000
_TEXTS = 200
_SCALAR, _TEXT, _HPARAMS = "scalars", "text", "hparams"
_NAME = 256
_FLOATS = {5: "", 6: "<f", 7: "<d"}
_DTYPES = {1: "<f", 2: "<d", 3: "<i", 9: "<q"}


class Series(msgspec.Struct):
    """A scalar over time: how often, from which step to which, between which values; times in seconds since 1970.

    `low` and `high` leave out what is no finite number; `not_finite` counts that.
    """

    count: int = 0
    first_step: int = 0
    last_step: int = 0
    first: float = math.nan
    last: float = math.nan
    low: float = math.inf
    high: float = -math.inf
    first_time: float = 0.0
    last_time: float = 0.0
    not_finite: int = 0

    def add(self, step: int, value: float, time: float) -> None:
        """Take in one point, in the file's order."""
        if not self.count:
            self.first_step, self.first, self.first_time = step, value, time
        self.count += 1
        self.last_step, self.last, self.last_time = step, value, time
        if math.isfinite(value):
            self.low, self.high = min(self.low, value), max(self.high, value)
        else:
            self.not_finite += 1


class EventSummary(msgspec.Struct):
    """What one event file holds. `tags` maps every tag that is no scalar to its plugin; `texts` are cut to sane lengths."""

    path: str
    version: str = ""
    writer: str = ""
    events: int = 0
    first_time: float | None = None
    last_time: float | None = None
    last_step: int = 0
    scalars: dict[str, Series] = {}
    tags: dict[str, str] = {}
    texts: dict[str, str] = {}
    hyperparameters: dict[str, str | float | bool] = {}
    has_graph: bool = False
    problems: list[Problem] = []
    complete: bool = True


def read_events(source: ByteSource, limits: Limits = LIMITS) -> EventSummary:
    """Read an event file to its end, or as far as it goes: training that was stopped leaves a record cut off.

    Raises `FormatError` when the first record is no event.
    """
    reader = _Reader(source, limits)
    at = 0
    try:
        while at < source.size:
            at = reader.record(at)
    except FormatError as error:
        if not reader.summary.events:
            raise
        reader.summary.problems.append(Problem(f"not read to its end: {error.message}", error.where))
        reader.summary.complete = False
    if not reader.summary.events:
        raise FormatError(f"{source.path} is no TensorBoard event file: it has no events", where="0x0")
    return reader.summary


class _Reader:
    """Goes from record to record; what is large in them (images, graphs) is stepped over."""

    def __init__(self, source: ByteSource, limits: Limits) -> None:
        self.wire = Wire(source, limits)
        self.summary = EventSummary(source.path)
        # What a tag's first event says of its plugin holds for all that follow.
        self._plugins: dict[str, str] = {}

    def record(self, at: int) -> int:
        """Read the record at `at`: its length, that's checksum, an event, that's checksum. Return where the next begins."""
        length = int.from_bytes(self.wire.take(at, _HEADER)[:8], "little")
        start = at + _HEADER
        if length > self.wire.source.size - start - _CHECKSUM:
            raise self.wire.error(f"announces a record of {length:,} bytes, more than there are", at)
        self._event(Message(self.wire, start, start + length))
        return start + length + _CHECKSUM

    def _event(self, message: Message) -> None:
        time, step = 0.0, 0
        values: list[Field] = []
        for field in message:
            if (field.number, field.kind) == (1, FIXED64):
                time = float64(field)
            elif (field.number, field.kind) == (2, VARINT):
                step = field.signed
            elif (field.number, field.kind) == (3, BYTES):
                self.summary.version = message.text(field, _NAME)
            elif field.number in (4, 9) and field.kind == BYTES:
                self.summary.has_graph = True
            elif (field.number, field.kind) == (5, BYTES):
                values.append(field)
            elif (field.number, field.kind) == (10, BYTES):
                self.summary.writer = self._writer(message.inside(field))
            elif field.number not in range(1, 11):
                raise message.wire.error(f"has an event with the unknown field {field.number}", field.start)
        self._count(time, step)
        for field in values:
            summary = message.inside(field)
            for part in summary:
                if (part.number, part.kind) == (1, BYTES):
                    self._value(summary.inside(part), step, time)

    def _count(self, time: float, step: int) -> None:
        summary = self.summary
        summary.events += 1
        summary.last_step = max(summary.last_step, step)
        if math.isfinite(time) and time > 0:
            summary.first_time = time if summary.first_time is None else min(summary.first_time, time)
            summary.last_time = time if summary.last_time is None else max(summary.last_time, time)

    def _writer(self, message: Message) -> str:
        return next((message.text(field, _NAME) for field in message if field.number == 1), "")

    def _value(self, message: Message, step: int, time: float) -> None:
        tag, number, tensor = "", None, None
        plugin, content = "", None
        for field in message:
            if (field.number, field.kind) == (1, BYTES):
                tag = plain_text(message.text(field, 1024), 1024)
            elif (field.number, field.kind) == (2, FIXED32):
                number = float32(field)
            elif (field.number, field.kind) == (8, BYTES):
                tensor = message.inside(field)
            elif (field.number, field.kind) == (9, BYTES):
                plugin, content = _plugin(message.inside(field))
        plugin = self._plugin_of(tag, plugin, is_number=number is not None)
        if plugin == _SCALAR and number is None and tensor is not None:
            number = _number(tensor)
        if number is not None:
            self._series(tag).add(step, number, time)
            return
        if tag not in self.summary.tags:
            self._check_room(len(self.summary.tags))
            self.summary.tags[tag] = plugin
        if plugin == _TEXT and tensor is not None and len(self.summary.texts) < _TEXTS:
            self.summary.texts[tag] = plain_text(_text(tensor, self.wire.limits.text), self.wire.limits.text)
        elif plugin == _HPARAMS and content is not None:
            _read_hyperparameters(content, self.summary, self.wire.limits)

    def _plugin_of(self, tag: str, plugin: str, *, is_number: bool) -> str:
        if plugin and (tag in self._plugins or len(self._plugins) < 2 * _TAGS):
            self._plugins.setdefault(tag, plugin)
        return _SCALAR if is_number else plugin or self._plugins.get(tag, "")

    def _series(self, tag: str) -> Series:
        if tag not in self.summary.scalars:
            self._check_room(len(self.summary.scalars))
            self.summary.scalars[tag] = Series()
        return self.summary.scalars[tag]

    def _check_room(self, held: int) -> None:
        if held >= _TAGS:
            raise LimitExceeded(f"{self.wire.source.path} has more than {_TAGS:,} tags")


def _plugin(message: Message) -> tuple[str, Message | None]:
    """Return the plugin's name out of a `SummaryMetadata`, and what it keeps there."""
    name, content = "", None
    for field in message:
        if (field.number, field.kind) == (1, BYTES):
            data = message.inside(field)
            for part in data:
                if (part.number, part.kind) == (1, BYTES):
                    name = plain_text(data.text(part, _NAME), _NAME)
                elif (part.number, part.kind) == (2, BYTES):
                    content = data.inside(part)
    return name, content


def _number(message: Message) -> float | None:
    """Return a `TensorProto`'s first number."""
    dtype, found = 1, None
    for field in message:
        if (field.number, field.kind) == (1, VARINT):
            dtype = field.value
        elif (field.number, field.kind) == (4, BYTES):
            found = _unpack(message, field, _DTYPES.get(dtype, ""))
        elif field.number in (6, 7):
            layout = _FLOATS[field.number]
            if field.kind == BYTES:
                found = _unpack(message, field, layout)
            elif field.kind == (FIXED32 if field.number == 6 else FIXED64):
                found = float32(field) if field.number == 6 else float64(field)
    return found


def _unpack(message: Message, field: Field, layout: str) -> float | None:
    width = struct.calcsize(layout) if layout else 0
    if not width or field.length < width:
        return None
    return float(struct.unpack(layout, message.raw(field, width))[0])


def _text(message: Message, limit: int) -> str:
    parts = [message.text(field, limit) for field in message if (field.number, field.kind) == (8, BYTES)]
    return "\n".join(parts[:_TEXTS])


def _read_hyperparameters(message: Message, summary: EventSummary, limits: Limits) -> None:
    """Read the values that a session starts with out of an `HParamsPluginData`."""
    for field in message:
        if (field.number, field.kind) == (3, BYTES):
            session = message.inside(field)
            for part in session:
                if (part.number, part.kind) == (1, BYTES) and len(summary.hyperparameters) < _TAGS:
                    key, value, entry = session.pair(part, _NAME)
                    if value is not None and value.kind == BYTES:
                        _take_value(entry.inside(value), plain_text(key, _NAME), summary, limits)


def _take_value(message: Message, key: str, summary: EventSummary, limits: Limits) -> None:
    """Read a `google.protobuf.Value`: a number, a text or a truth value."""
    for field in message:
        if (field.number, field.kind) == (2, FIXED64):
            summary.hyperparameters[key] = float64(field)
        elif (field.number, field.kind) == (3, BYTES):
            summary.hyperparameters[key] = plain_text(message.text(field, limits.text), limits.text)
        elif (field.number, field.kind) == (4, VARINT):
            summary.hyperparameters[key] = bool(field.value)
