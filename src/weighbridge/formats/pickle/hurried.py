"""The hurried walk: the frequent opcodes in place, over shared symbols; everything else is given to its step.

A dense pickle has millions of opcodes and hardly a name among them. Here a dictionary is one symbol for all dictionaries, a
list one for all lists, a number of more than a byte one for all numbers; a text is its bytes, decoded when something asks
for it; a memo entry of a text is its place in the file. Runs of numbers are matched at once. It is one long function because
a call costs more than most opcodes do.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING, Any

from weighbridge.errors import FormatError
from weighbridge.formats.pickle.memo import DICT, LIST, NUMBER, SET, TUPLE
from weighbridge.formats.pickle.operands import looks_nested as _looks_nested
from weighbridge.formats.pickle.values import Call, Dict, Global, Opaque, Set

if TYPE_CHECKING:
    from weighbridge.formats.pickle.machine import Machine

# What may be filled without anything happening; what was imported may not.
_CONTAINERS = frozenset({Opaque, list, Dict, Set, Call})
_SYMBOLS = {0x4E: None, 0x88: True, 0x89: False, 0x29: (), 0x5D: LIST, 0x7D: DICT, 0x8F: SET}
_TUPLES = {0x85: 1, 0x86: 2, 0x87: 3, 0x74: 0}
_ACTIONS: dict[int, type[Any]] = {0x81: Global, 0x52: Global, 0x62: Opaque}
_NUMBERS = {
    0x4B: (2, re.compile(rb"(?:K.)++", re.DOTALL).match),
    0x4D: (3, re.compile(rb"(?:M..)++", re.DOTALL).match),
    0x4A: (5, re.compile(rb"(?:J.{4})++", re.DOTALL).match),
    0x47: (9, re.compile(rb"(?:G.{8})++", re.DOTALL).match),
}
_KINDS_OF = (
    _SYMBOLS,
    (0x68, 0x6A),
    (0x94, 0x71, 0x72),
    _NUMBERS,
    (0x8C, 0x58),
    (0x28,),
    (0x75, 0x65),
    _TUPLES,
    _ACTIONS,
)
# The kind of each opcode, from 1; 0 for those that are given to their step.
_KINDS = bytes(next((kind for kind, ops in enumerate(_KINDS_OF, 1) if op in ops), 0) for op in range(256))
# A list filled with nothing but numbers: from MARK to APPENDS.
_filled = re.compile(rb"\((?:K.|M..|J.{4}|G.{8}|[N\x88\x89])++e", re.DOTALL).match
_u32 = struct.Struct("<I").unpack_from
# A marked tuple keeps so many parts: no call that matters has more.
_SHOWN = 64
# Shorter texts cannot hold a pickle that does anything.
_NESTED = 12
_NONE_YET = object()


def hurry(machine: Machine) -> None:
    """Interpret until STOP, or until a step asks for the careful walk by making room."""
    stream, table = machine.stream, machine.table
    i = stream.at
    while True:
        if i >= stream.safe:
            i = machine.refill(i)
        i = stream.at = _run(machine, i)
        if i >= stream.safe:
            continue
        opcode = machine.opcode = stream.data[i]
        step = table[opcode]
        if step is None:
            raise FormatError(f"byte {opcode:#04x} is no opcode", where=f"{stream.base + i:#x}")
        i = stream.at = step(machine, i + 1)
        if machine.room > 0 or machine.is_stopped:
            return


def _run(machine: Machine, i: int) -> int:  # noqa: C901 - see the module's docstring
    """Do frequent opcodes from a position; return that of the first one that is not, or lies beyond the window."""
    memo, stack, marks = machine.memo, machine.stack, machine.marks
    data, safe, base = machine.stream.data, machine.stream.safe, machine.stream.base
    last_at = machine.last_text_at
    last = machine.last_text if last_at >= 0 else _NONE_YET
    codes, kept, push, remember = memo.codes, memo.kept, stack.append, memo.codes.append
    plain, dense, code_of, tuples = memo.is_plain, memo.is_dense, memo.code_of, TUPLE.code if memo.is_full else 0
    kinds = machine.kinds_of(data, _KINDS)
    while i < safe:
        kind = kinds[i]
        if kind == 1:  # EMPTY_LIST and what else is one symbol for all
            push(_SYMBOLS[data[i]])
            i += 1
        elif kind == 2:  # BINGET, LONG_BINGET
            index = data[i + 1] if data[i] == 0x68 else _u32(data, i + 1)[0]
            code = codes[index] if dense and index < len(codes) else 0
            if code >= 0:
                break
            push(kept[~code])
            i += 2 if data[i] == 0x68 else 5
        elif kind == 3:  # MEMOIZE, BINPUT, LONG_BINPUT
            op = data[i]
            if op == 0x94:
                if not plain:
                    break
            elif not dense or (data[i + 1] if op == 0x71 else _u32(data, i + 1)[0]) != len(codes):
                break
            top = stack[-1]
            known = top.code if type(top) is Opaque else tuples if type(top) is tuple else 0
            remember(last_at if top is last else known or code_of(top))
            i += 1 if op == 0x94 else 2 if op == 0x71 else 5
        elif kind == 4:  # BININT1, BININT2, BININT, BINFLOAT
            width, run = _NUMBERS[data[i]]
            if data[i + width] == data[i] and i + width < safe:
                end = run(data, i, safe).end()  # type: ignore[union-attr]
                stack += [NUMBER] * ((end - i) // width)
                i = end
            else:
                push(data[i + 1] if width == 2 else NUMBER)
                i += width
        elif kind == 5:  # SHORT_BINUNICODE, BINUNICODE
            begin = i + 2 if data[i] == 0x8C else i + 5
            end = begin + (data[i + 1] if data[i] == 0x8C else _u32(data, i + 1)[0])
            if end >= safe or (end - begin >= _NESTED and _looks_nested(data, begin)):
                break
            last, last_at = data[begin:end], base + i
            push(last)
            i = end
        elif kind == 6:  # MARK
            is_container = kinds[i + 1] == 4 and stack and type(stack[-1]) in _CONTAINERS
            filled = _filled(data, i, safe) if is_container else None
            if filled:
                i = filled.end()
            else:
                marks.append(len(stack))
                i += 1
        elif kind == 7:  # SETITEMS, APPENDS
            depth = marks[-1]
            if not depth or type(stack[depth - 1]) not in _CONTAINERS:
                break
            marks.pop()
            del stack[depth:]
            i += 1
        elif kind == 8:  # TUPLE1, TUPLE2, TUPLE3, TUPLE
            depth = len(stack) - _TUPLES[data[i]] if data[i] != 0x74 else marks.pop()
            stack[depth:] = (tuple(stack[depth : depth + _SHOWN]),)
            i += 1
        elif kind == 9:  # NEWOBJ, REDUCE, BUILD: of a name about which everything is told
            subject = stack[-2]
            if type(subject) is not _ACTIONS[data[i]] or subject.tally is None:
                break
            subject.tally["count"] += 1
            stack.pop()
            stack[-1] = subject.result
            i += 1
        else:
            break
    machine.last_text, machine.last_text_at = last, last_at
    return i
