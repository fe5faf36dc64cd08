"""What the name itself says: every element of a model's name is a silent claim."""

from __future__ import annotations

import msgspec

from weighbridge.model import ModelRef


class Identity(msgspec.Struct, frozen=True):
    """A model's name and the claims in it.

    `parameters` is the count a token such as `7b` or `125M` claims and `parameters_token` that token; `experts` the
    multiplier of a token such as `8x7b`; `size` a size word (`base`, `large` …); `architecture` a well-known model type
    spelled in the name; `precision` a dtype (`BF16`), `quantisation` a scheme (`gptq`, `Q4_K_M` …), `formats` the file
    formats (`gguf`, `onnx` …), `context` the tokens a token such as `128k` claims. Empty or None where the name is
    silent.
    """

    ref: ModelRef
    tokens: tuple[str, ...]
    parameters: int | None = None
    parameters_token: str = ""
    experts: int | None = None
    size: str = ""
    architecture: str = ""
    precision: str = ""
    quantisation: str = ""
    formats: tuple[str, ...] = ()
    context: int | None = None
