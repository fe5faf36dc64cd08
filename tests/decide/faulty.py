"""Techniques that go wrong in their process, each in its own way; the worker beside them is the real one."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from weighbridge.reuse import worker
from weighbridge.reuse.catalogue import technique
from weighbridge.reuse.contract import Bench, Cost, Fitted, Profile, Technique
from weighbridge.reuse.families import FrozenTechnique
from weighbridge.reuse.material import Material


class _Faulty(FrozenTechnique):
    """Never gives a classifier."""

    def cost(self, profile: Profile, material: Material) -> Cost:
        return Cost(0.1, 1, "it will not take long")


class Crashes(_Faulty):
    """Is ended by the processor, as faulty native code is."""

    name, title = "crashes", "Crashes"

    def fit(self, bench: Bench) -> Fitted:
        os.kill(os.getpid(), signal.SIGSEGV)
        raise AssertionError


class Leaves(_Faulty):
    """Ends its process by itself."""

    name, title = "leaves", "Leaves"

    def fit(self, bench: Bench) -> Fitted:
        sys.stderr.write("no more of this\n")
        sys.stderr.flush()
        os._exit(7)


class Hangs(_Faulty):
    """Never comes back."""

    name, title = "hangs", "Hangs"

    def fit(self, bench: Bench) -> Fitted:
        while True:
            time.sleep(60)


class EatsMemory(_Faulty):
    """Asks for more memory than there may be."""

    name, title = "eats-memory", "Eats memory"

    def fit(self, bench: Bench) -> Fitted:
        raise AssertionError(len(bytearray(1 << 36)))


class Diverges(_Faulty):
    """Trains, with a learning rate that is none."""

    name, title = "diverges", "Diverges"

    def fit(self, bench: Bench) -> Fitted:
        from weighbridge.reuse.techniques import fine_tuning

        fine_tuning._RATE = float("nan")
        return technique("fine-tuning").fit(bench)


class Babbles(_Faulty):
    """Gives probabilities that are no numbers."""

    name, title = "babbles", "Babbles"

    def fit(self, bench: Bench) -> Fitted:
        import numpy as np

        class Nonsense:
            def probabilities(self, items: Any) -> Any:
                return np.full((len(items), len(bench.material.labels)), np.nan)

            def save(self, folder: Any) -> None:
                raise AssertionError

        return Nonsense()


class Raises(_Faulty):
    """Raises what nobody expects."""

    name, title = "raises", "Raises"

    def fit(self, bench: Bench) -> Fitted:
        raise ZeroDivisionError("\x1b[2J a screen wiped")


FAULTY: dict[str, Technique] = {
    held.name: held for held in (Crashes(), Leaves(), Hangs(), EatsMemory(), Diverges(), Babbles(), Raises())
}


def serve(requests: Iterator[Any], answer: Callable[[Any], None]) -> None:
    """Serve like the real worker, which knows these techniques too."""
    worker.technique = lambda name: FAULTY[name] if name in FAULTY else technique(name)
    worker.serve(requests, answer)
