"""What the name itself says: every element of a model's name is a silent claim."""

from __future__ import annotations

import msgspec

from weighbridge.facts import names
from weighbridge.facts.architectures import architecture_in
from weighbridge.facts.engine import Facts
from weighbridge.model import ModelRef

# From this many parameters on, a bare number of thousands in a name is more likely a context length than anything else.
LANGUAGE_MODEL = 300_000_000


class Identity(msgspec.Struct, frozen=True):
    """A model's name and the claims in it.

    `parameters` is the count a token such as `7b` or `125M` claims and `parameters_token` that token; `experts` the
    multiplier of a token such as `8x7b` (which claims no total, since experts share layers); `size` a size word (`base`, `large` …); `architecture` a well-known model type
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


def read_identity(facts: Facts) -> Identity:
    """Read the claims in the repository's name."""
    return identity_of(facts.repository.ref)


def identity_of(ref: ModelRef) -> Identity:
    """Return a model's name with the claims in it."""
    name = ref.short_name
    tokens, separators = names.tokens_of(name)
    words = tuple([token.lower() for token in tokens])
    experts = names.experts_in(words)
    parameters, place = (None, -1) if experts is not None else names.parameters_in(words, separators)
    return Identity(
        ref=ref,
        tokens=tokens,
        parameters=parameters,
        parameters_token=tokens[place] if place >= 0 else "",
        experts=experts,
        size=names.size_in(words, parameters is not None or experts is not None),
        architecture=architecture_in(words),
        precision=names.precision_in(words),
        quantisation=names.quantisation_in(name, words),
        formats=names.formats_in(words),
        context=names.context_in(words, experts is not None or (parameters or 0) >= LANGUAGE_MODEL),
    )
