"""Sounds as models take them: one channel, at the rate that the model was trained on."""

from __future__ import annotations

from math import gcd
from typing import Any

from weighbridge.errors import UsageError

SECONDS_LIMIT = 3600


def heard(path: str, rate: int) -> Any:
    """Return a sound's samples at a rate. Raises `UsageError` for what is no sound."""
    import soundfile
    from scipy.signal import resample_poly

    try:
        with soundfile.SoundFile(path) as file:
            if file.frames > SECONDS_LIMIT * file.samplerate:
                raise UsageError(f"{path} is longer than an hour", hint="Give it in pieces.")
            samples, own = file.read(dtype="float32", always_2d=True).mean(axis=1), int(file.samplerate)
    except soundfile.LibsndfileError as error:
        raise UsageError(f"{path} is no sound that can be read: {error}", hint="Give WAV or FLAC.") from None
    common = gcd(own, rate)
    return samples if own == rate else resample_poly(samples, rate // common, own // common).astype("float32")
