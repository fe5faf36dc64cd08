"""What tests run in the sandbox: good behaviour and every kind of bad one."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any


def echo(requests: Iterator[Any], answer: Callable[[Any], None]) -> None:
    for request in requests:
        answer(request)


def tell(requests: Iterator[Any], answer: Callable[[Any], None]) -> None:
    for name in requests:
        answer(os.environ.get(name))


def chatter(requests: Iterator[Any], answer: Callable[[Any], None]) -> None:
    sys.stdout.write("this is no protocol\n")
    os.write(1, b"nor is this\n")
    echo(requests, answer)


def crash(requests: Iterator[Any], answer: Callable[[Any], None]) -> None:
    for number, request in enumerate(requests):
        if number == 2:
            os.kill(os.getpid(), signal.SIGSEGV)
        answer(request)


def hang(requests: Iterator[Any], answer: Callable[[Any], None]) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    next(requests)
    time.sleep(600)


def deaf(requests: Iterator[Any], answer: Callable[[Any], None]) -> None:
    time.sleep(600)


def eat(requests: Iterator[Any], answer: Callable[[Any], None]) -> None:
    next(requests)
    held = []
    while True:
        held.append(bytearray(50_000_000))


def eat_natively(requests: Iterator[Any], answer: Callable[[Any], None]) -> None:
    next(requests)
    library = ctypes.CDLL(None)
    library.malloc.restype = ctypes.c_void_p
    while library.malloc(ctypes.c_size_t(50_000_000)):
        pass
    sys.stderr.write("terminate called after throwing an instance of 'std::bad_alloc'\n")
    sys.stderr.flush()
    os.abort()


def leave(requests: Iterator[Any], answer: Callable[[Any], None]) -> None:
    next(requests)
    os._exit(7)


def raises(requests: Iterator[Any], answer: Callable[[Any], None]) -> None:
    next(requests)
    raise ValueError("the weights do not fit")


def flood(requests: Iterator[Any], answer: Callable[[Any], None]) -> None:
    next(requests)
    while True:
        os.write(3, b"")
        answer("x" * 1_000_000 + "\\")


def lie(requests: Iterator[Any], answer: Callable[[Any], None]) -> None:
    next(requests)
    for descriptor in range(3, 20):
        try:
            os.write(descriptor, b"\xff not json\n")
        except OSError:
            continue


def call_home(requests: Iterator[Any], answer: Callable[[Any], None]) -> None:
    for host, port in requests:
        try:
            with socket.create_connection((host, port), timeout=2):
                answer("connected")
        except OSError as error:
            answer(type(error).__name__)


def litter(requests: Iterator[Any], answer: Callable[[Any], None]) -> None:
    next(requests)
    with Path(os.environ["TMPDIR"], "huge").open("wb") as file:
        while True:
            file.write(bytes(1_000_000))
            file.flush()


def spawn(requests: Iterator[Any], answer: Callable[[Any], None]) -> None:
    next(requests)
    child = os.fork()
    if child == 0:
        time.sleep(600)
    answer(child)
    echo(requests, answer)
