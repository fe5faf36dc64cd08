"""Element types as NumPy writes them, in the names used here."""

from __future__ import annotations

import re

# Kind and width in bytes, as in NumPy's array protocol: `<f4` without its byte order.
_BY_CODE = {
    "f2": "F16", "f4": "F32", "f8": "F64", "f16": "F128", "c8": "C64", "c16": "C128", "c32": "C256",
    "i1": "I8", "i2": "I16", "i4": "I32", "i8": "I64", "u1": "U8", "u2": "U16", "u4": "U32", "u8": "U64",
    "b1": "BOOL", "?": "BOOL", "b": "I8", "B": "U8", "h": "I16", "H": "U16", "i": "I32", "I": "U32", "q": "I64",
    "Q": "U64", "e": "F16", "f": "F32", "d": "F64", "F": "C64", "D": "C128",
}  # fmt: skip

# As `numpy.dtype.name` and JAX's ml_dtypes write them.
_BY_NAME = {
    "float16": "F16", "float32": "F32", "float64": "F64", "float128": "F128", "bfloat16": "BF16", "int8": "I8",
    "int16": "I16", "int32": "I32", "int64": "I64", "uint8": "U8", "uint16": "U16", "uint32": "U32", "uint64": "U64",
    "bool": "BOOL", "bool_": "BOOL", "complex64": "C64", "complex128": "C128", "int4": "I4", "uint4": "U4",
    "float8_e4m3fn": "F8_E4M3", "float8_e4m3": "F8_E4M3", "float8_e5m2": "F8_E5M2", "float8_e8m0fnu": "F8_E8M0",
    "float8_e4m3fnuz": "F8_E4M3FNUZ", "float8_e5m2fnuz": "F8_E5M2FNUZ", "float4_e2m1fn": "F4",
}  # fmt: skip

_SIZED = re.compile(r"^[<>=|]?([A-Za-z?])(\d{0,12})(?:\[[A-Za-z0-9]{1,8}\])?$")


def from_code(code: str) -> tuple[str, int] | None:
    """Return the type's name and its width in bytes for a NumPy type string (`<f4`); None where it is not known.

    Texts, raw bytes and dates are called by their kind: `TEXT`, `BYTES`, `DATE`.
    """
    match = _SIZED.match(code)
    if match is None:
        return from_name(code)
    kind, width = match[1], int(match[2] or 0)
    known = _BY_CODE.get(kind + match[2])
    if known is not None:
        return known, _width(known)
    if kind in "SaV":
        return "BYTES", width
    if kind == "U":
        return "TEXT", 4 * width
    return ("DATE", 8) if kind in "mM" and width == 8 else None


def from_name(name: str) -> tuple[str, int] | None:
    """Return the type's name and its width in bytes for a NumPy type name (`float32`); None where it is not known."""
    known = _BY_NAME.get(name)
    return (known, _width(known)) if known else None


def _width(name: str) -> int:
    return _WIDTHS[name]


# In memory NumPy gives every element at least one byte, four-bit ones too.
_WIDTHS = {"F128": 16, "C256": 32, "C128": 16, "C64": 8, "BOOL": 1, "I4": 1, "U4": 1, "F4": 1, "BF16": 2} | {
    name: max(1, int(name.split("_")[0][1:]) // 8)
    for name in {*_BY_CODE.values(), *_BY_NAME.values()}
    if name not in {"BOOL", "BF16", "F128", "C256", "C128", "C64", "I4", "U4", "F4"}
}
