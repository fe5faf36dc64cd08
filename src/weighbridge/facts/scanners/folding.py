"""Constant folding of Jinja expressions: what a text becomes once its pieces are put together.

Only constants are folded, with sizes bounded; nothing of the template is called.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from jinja2 import nodes

_LENGTH = 10_000
_STEPS = 2_000
# No number that a template counts to has more.
_BITS = 62


class Folded(NamedTuple):
    """A folded expression: its `value` (None where it depends on the conversation) and whether it was put together."""

    value: Any
    is_built: bool


_OPEN = Folded(None, False)
_BUILT = Folded(None, True)


def fold(node: nodes.Node) -> Folded:
    """Return the constant that an expression is, as far as it is one."""
    return _Folding().fold(node)


class _Folding:
    """Counts steps, so that no expression costs more than a bounded time."""

    def __init__(self) -> None:
        self._steps = 0

    def fold(self, node: nodes.Node) -> Folded:
        self._steps += 1
        if self._steps > _STEPS:
            return _BUILT
        match node:
            case nodes.Const(value=value):
                return Folded(value, False)
            case nodes.TemplateData(data=data):
                return Folded(data, False)
            case nodes.List(items=items) | nodes.Tuple(items=items):
                parts = [self.fold(item) for item in items]
                return Folded([p.value for p in parts], False) if all(p.value is not None for p in parts) else _OPEN
            case nodes.Concat(nodes=pieces):
                return self._concatenated([self.fold(piece) for piece in pieces])
            case nodes.Add(left=left, right=right):
                return self._sum(self.fold(left), self.fold(right))
            case nodes.Mul(left=left, right=right) | nodes.Pow(left=left, right=right):
                multiply = self._power if isinstance(node, nodes.Pow) else self._product
                return multiply(self.fold(left), self.fold(right))
            case nodes.Mod(left=left, right=right):
                return self._formatted(self.fold(left), self.fold(right))
            case nodes.Getitem(node=inner, arg=nodes.Slice() as cut):
                return self._sliced(self.fold(inner), cut)
            case nodes.Filter(node=inner, name=name) if inner is not None:
                return self._filtered(self.fold(inner), name, [self.fold(a) for a in node.args])
            case nodes.Call(node=nodes.Getattr(node=inner, attr=name)):
                return self._method(self.fold(inner), name, [self.fold(a) for a in node.args])
        return _OPEN

    def _concatenated(self, parts: list[Folded]) -> Folded:
        if any(part.value is None for part in parts):
            return _BUILT
        return _text("".join(str(part.value) for part in parts))

    def _sum(self, left: Folded, right: Folded) -> Folded:
        if isinstance(left.value, str) and isinstance(right.value, str):
            return _text(left.value + right.value)
        if isinstance(left.value, int) and isinstance(right.value, int):
            return Folded(left.value + right.value, False)
        mixed = isinstance(left.value, str) or isinstance(right.value, str) or left.is_built or right.is_built
        return _BUILT if mixed else _OPEN

    def _product(self, left: Folded, right: Folded) -> Folded:
        if isinstance(left.value, int) and isinstance(right.value, int):
            return Folded(left.value * right.value, False) if max(left.value, right.value) < 2**62 else _BUILT
        if isinstance(left.value, str) and isinstance(right.value, int):
            return _text(left.value * right.value) if len(left.value) * right.value <= _LENGTH else _BUILT
        return _OPEN

    def _power(self, left: Folded, right: Folded) -> Folded:
        base, exponent = left.value, right.value
        if not isinstance(base, int) or not isinstance(exponent, int) or abs(base) < 2 or exponent < 0:
            return _OPEN
        return Folded(base**exponent, False) if base.bit_length() * exponent < _BITS else Folded(2**_BITS, False)

    def _formatted(self, left: Folded, right: Folded) -> Folded:
        if not isinstance(left.value, str):
            return _OPEN
        values = right.value if isinstance(right.value, list) else [right.value]
        if left.value.count("%c") == left.value.count("%") == len(values) and all(_is_letter(v) for v in values):
            left, values = Folded(left.value.replace("%c", "%s"), True), [chr(v) for v in values]
        if not all(isinstance(value, str) for value in values) or left.value.count("%s") != len(values):
            return _BUILT
        pieces = left.value.split("%s")
        return _text(pieces[0] + "".join(value + piece for value, piece in zip(values, pieces[1:], strict=True)))

    def _sliced(self, inner: Folded, cut: nodes.Slice) -> Folded:
        bounds = [self.fold(part).value if part is not None else None for part in (cut.start, cut.stop, cut.step)]
        if not isinstance(inner.value, str | list) or not all(b is None or isinstance(b, int) for b in bounds):
            return _OPEN
        return _text(inner.value[slice(*bounds)]) if bounds[2] != 0 else _BUILT

    def _filtered(self, inner: Folded, name: str, arguments: list[Folded]) -> Folded:
        value, given = inner.value, [argument.value for argument in arguments]
        if name == "join" and isinstance(value, list):
            return _text(str(given[0] if given else "").join(str(item) for item in value))
        if name in {"format", "list", "first", "last", "string", "trim"} and value is not None:
            return self._simple(name, value, given)
        return self._method(inner, name, arguments)

    def _simple(self, name: str, value: Any, given: list[Any]) -> Folded:
        if name == "format":
            return self._formatted(Folded(value, False), Folded(given, False))
        if name in {"first", "last"} and isinstance(value, str | list) and value:
            return Folded(value[0 if name == "first" else -1], True)
        if name == "list" and isinstance(value, str):
            return Folded(list(value[:_LENGTH]), True)
        return _text(str(value).strip() if name == "trim" else str(value)) if name != "list" else Folded(value, True)

    def _method(self, inner: Folded, name: str, arguments: list[Folded]) -> Folded:
        value, given = inner.value, [argument.value for argument in arguments]
        if isinstance(value, str) and name == "join" and given and isinstance(given[0], list):
            return _text(value.join(str(item) for item in given[0]))
        if not isinstance(value, str | list):
            return _OPEN
        if name == "reverse":
            return _text(value[::-1])
        if not isinstance(value, str):
            return _OPEN
        if name in {"lower", "upper", "capitalize", "title", "strip"} and not given:
            return _text(getattr(value, name)())
        if name == "replace" and len(given) == 2 and all(isinstance(g, str) for g in given):
            return _text(value.replace(*given)) if len(value) * max(1, len(given[1])) <= _LENGTH else _BUILT
        if name == "format" and all(isinstance(g, str) for g in given) and value.count("{}") == len(given):
            return self._formatted(Folded(value.replace("{}", "%s"), False), Folded(given, False))
        return _BUILT if name in {"replace", "format"} else _OPEN


def _is_letter(value: Any) -> bool:
    return isinstance(value, int) and 0 <= value < 0x110000


def _text(value: Any) -> Folded:
    return Folded(value, True) if len(value) <= _LENGTH else _BUILT
