"""The models that shell scripts, Dockerfiles and commands in other files name: options, downloads, clones, addresses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from weighbridge.model import Confidence
from weighbridge.uses import python
from weighbridge.uses.loaders import Loader, table
from weighbridge.uses.naming import Named, in_repository, named, named_anyhow
from weighbridge.uses.use import Place, Use, pin_of

_COMMANDS = 20_000
_LENGTH = 20_000
_ASSIGNED = re.compile(
    r"(?:export\s+|local\s+|readonly\s+|declare\s+(?:-\w+\s+)?|ENV\s+|ARG\s+)?([A-Za-z_]\w*)=(.*)", re.DOTALL
)
_VARIABLE = re.compile(r"\$(?:\{(\w+)(?:(:?[-=])([^}]*))?\}|([A-Za-z_]\w*))")
_WORD = re.compile(r"""(?:[^\s"'\\;|&<>()]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+|\|\||&&|[;|&()<>]""", re.DOTALL)
_HEREDOC = re.compile(r"<<-?\s*[\"']?(\w+)[\"']?")
_PARTS = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'([^']*)'|\\(.)|([^\"'\\]+)", re.DOTALL)
_MODEL_VARIABLE = re.compile(
    r"(?:.*_)?(?:MODEL|CHECKPOINT|REPO|ENCODER|RERANKER|LLM|TOKENIZER)(?:_?(?:ID|NAME|PATH|REPO|NAME_OR_PATH))?",
    re.IGNORECASE,
)
_HUB = Loader("shell", (), ())
_SPACY = Loader("spacy", (), (), names="bare", registry="spacy")
_OLLAMA = Loader("ollama", (), (), names="bare", registry="ollama")
_SEPARATORS = frozenset({";", "|", "&", "&&", "||", "(", ")"})
_BEFORE_WORDS = (
    "sudo time nohup exec env RUN CMD ENTRYPOINT then do else if while ! - && command uv uvx poetry pipx run"
)
_BEFORE = frozenset(_BEFORE_WORDS.split())


class Command(NamedTuple):
    """A command's words, the line it begins on, and what it is given as standard input."""

    words: tuple[str, ...]
    line: int
    text: str = ""


def uses_in(text: str, path: str) -> list[Use]:
    """Return the models that a script or a Dockerfile names."""
    found: dict[Use, None] = {}
    for command in commands_in(text):
        for use in uses_of_command(command, path):
            found[use] = None
    return sorted(found, key=lambda use: (use.place, use.model))


def uses_of_command(command: Command, path: str, offset: int = 0) -> Iterator[Use]:
    """Yield the models that one command names."""
    place = Place(path, command.line + offset)
    yield from _of_python(command, place)
    for model, library, call, revision, confidence in _named(command):
        pinned = model.revision or revision
        trust = "--trust-remote-code" in command.words or "--trust_remote_code" in command.words
        yield Use(model.model, model.registry, place, call, library, pinned, pin_of(pinned), trust, confidence)


def commands_in(text: str) -> Iterator[Command]:
    """Yield a script's commands with variables of the same script filled in; comments are none of them."""
    variables: dict[str, str] = {}
    for line, logical, body in _logical_lines(text):
        for words in _split(logical):
            filled = tuple(_filled(word, variables) for word in words)
            _assign(filled, variables)
            yield Command(filled, line, body)


def _logical_lines(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield lines with their continuations joined, and the here-document that follows."""
    lines = text.splitlines()
    index = 0
    for _ in range(_COMMANDS):
        if index >= len(lines):
            return
        start = index
        pieces: list[str] = []
        while index < len(lines):
            piece = lines[index]
            index += 1
            if piece.lstrip().startswith("#"):
                if pieces:
                    continue
                break
            pieces.append(piece.removesuffix("\\"))
            # A quoted text may go on over lines, as in `python -c "…"`.
            is_open = _is_open("\n".join(pieces)) and index - start < 200
            if not piece.endswith("\\") and not is_open:
                break
        logical = "\n".join(pieces)
        body, index = _here_document(logical, lines, index)
        if logical.strip() and len(logical) <= _LENGTH:
            yield start + 1, logical, body


def _is_open(text: str) -> bool:
    """Tell whether a quotation is begun and not ended."""
    quote = ""
    skip = False
    for index, letter in enumerate(text[:_LENGTH]):
        if skip:
            skip = False
        elif letter == "\\" and quote != "'":
            skip = True
        elif quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter == "#" and (index == 0 or text[index - 1].isspace()):
            return False
    return bool(quote) and bool(re.search(r"-c\s|=\s*[\"']|echo|bash|sh\s", text))


def _here_document(logical: str, lines: list[str], index: int) -> tuple[str, int]:
    match = _HEREDOC.search(logical)
    if match is None:
        return "", index
    end = next((i for i in range(index, len(lines)) if lines[i].strip() == match[1]), None)
    if end is None:
        return "", index
    return "\n".join(lines[index:end]), end + 1


def _split(logical: str) -> Iterator[tuple[str, ...]]:
    """Yield the commands of a line; a Dockerfile's `["a", "b"]` is one."""
    head, bracket, rest = logical.partition("[")
    if bracket and head.strip() in {"", "CMD", "ENTRYPOINT", "RUN", "SHELL"} and rest.rstrip().endswith("]"):
        with suppress(ValueError, RecursionError):
            words = json.loads("[" + rest.replace("\n", " "))
            if isinstance(words, list) and all(isinstance(word, str) for word in words):
                yield tuple(words) if len(words) != 3 or words[1] not in {"-c", "-lc"} else tuple(words[2].split())
                return
    words_now: list[str] = []
    for match in _WORD.finditer(logical):
        word = match[0]
        if word.startswith("#") and not words_now:
            break
        if word.startswith("#") and logical[match.start() - 1].isspace():
            break
        if word in _SEPARATORS:
            if words_now:
                yield tuple(words_now)
            words_now = []
        else:
            words_now.append(word)
    if words_now:
        yield tuple(words_now)


def _assign(words: tuple[str, ...], variables: dict[str, str]) -> None:
    """Remember `MODEL=owner/name`, and what Dockerfiles write as `ENV MODEL owner/name`."""
    if len(words) == 3 and words[0] in {"ENV", "ARG"} and "=" not in words[1]:
        variables[words[1]] = words[2]
        return
    for word in words:
        match = _ASSIGNED.fullmatch(word)
        if match is not None:
            variables[match[1]] = match[2][:_LENGTH]
        elif word not in {"export", "ENV", "ARG", "local", "readonly", "declare", "set", "RUN"}:
            return


def _filled(word: str, variables: dict[str, str]) -> str:
    """Return a word without its quotes, with the variables that the script sets."""
    parts = []
    for double, single, escaped, plain in _PARTS.findall(word):
        if single or escaped:
            parts.append(single or escaped)
        else:
            parts.append(_VARIABLE.sub(lambda match: _value(match, variables), double or plain))
    return "".join(parts)[:_LENGTH]


def _value(match: re.Match[str], variables: dict[str, str]) -> str:
    name = match[1] or match[4]
    positional_default = match[3] if match[2] else None
    value = variables.get(name, positional_default)
    return match[0] if value is None else value.strip("\"'")


def _of_python(command: Command, place: Place) -> Iterator[Use]:
    """Yield what `python -c "…"` and `python - <<EOF` load."""
    words = command.words
    program = next((i for i, word in enumerate(words) if re.fullmatch(r"(?:.*/)?python[\d.]*", word)), None)
    if program is None:
        return
    code = command.text
    if "-c" in words[program:]:
        after = words.index("-c", program) + 1
        code = words[after] if after < len(words) else ""
    start = place.line - (0 if command.text else 1)
    with suppress(SyntaxError, ValueError, RecursionError, MemoryError):
        yield from python.uses_in(code, place.path, lambda line: (0, start + line)).uses


def _named(command: Command) -> Iterator[tuple[Named, str, str, str, Confidence]]:
    words = list(command.words)
    while words and (words[0] in _BEFORE or _ASSIGNED.fullmatch(words[0])):
        yield from _of_variable(words[0])
        words.pop(0)
    if words and words[0] in {"ENV", "ARG", "export", "local", "readonly"}:
        for word in words[1:]:
            yield from _of_variable(word)
        if len(words) == 3 and words[0] == "ENV" and "=" not in words[1]:
            yield from _of_variable(f"{words[1]}={words[2]}")
        return
    if not words or words[0] in {"echo", "printf", "FROM", "LABEL", "COPY", "ADD" if len(words) < 2 else ""}:
        return
    revision = _option(words, table().options.revision)
    yield from _of_program(words, revision)
    yield from _of_options(words, revision)
    yield from _of_addresses(words)


def _of_variable(word: str) -> Iterator[tuple[Named, str, str, str, Confidence]]:
    match = _ASSIGNED.fullmatch(word)
    if match is not None and _MODEL_VARIABLE.fullmatch(match[1]):
        model = named_anyhow(match[2].strip("\"'"))
        if model is not None:
            yield model, "shell", match[1], "", Confidence.LOW


def _option(words: list[str], names: frozenset[str]) -> str:
    for index, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in names:
            return value if equals else words[index + 1] if index + 1 < len(words) else ""
    return ""


def _of_options(words: list[str], revision: str) -> Iterator[tuple[Named, str, str, str, Confidence]]:
    options = table().options
    for index, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name == "pretrained" and equals:
            name, value = "--model_args", f"pretrained={value}"
        if name not in options.sure and name != "--model_args":
            continue
        given = value if equals else words[index + 1] if index + 1 < len(words) else ""
        if name == "--model_args":
            given = given.removeprefix("pretrained=").partition(",")[0]
        model = named(given, _HUB) if name in options.bare else named_anyhow(given)
        if model is not None:
            yield model, "shell", name, revision, Confidence.MEDIUM


def _of_program(words: list[str], revision: str) -> Iterator[tuple[Named, str, str, str, Confidence]]:
    """Yield the model that a program takes by its place among the words."""
    text = " ".join(words[:6])
    plain = [word for word in words if not word.startswith("-")]
    if re.match(r"(?:\S*/)?(?:huggingface-cli|hf) (?:download|scan)\b", text):
        if _option(words, frozenset({"--repo-type"})) not in {"dataset", "space"} and len(plain) > 2:
            yield from _on_hub(plain[2], "huggingface_hub", "download", revision)
    elif re.match(r"(?:\S*/)?vllm (?:serve|bench)\b", text) and len(plain) > 2:
        yield from _on_hub(plain[2], "vllm", "vllm serve", revision)
    elif re.match(r"(?:\S*/)?(?:lmdeploy serve api_server|sglang serve|mlx_lm\.server)\b", text):
        yield from _on_hub(plain[-1], "shell", plain[0], revision)
    elif match := re.search(r"\bspacy download (?:-\S+ )*([\w.-]+)", text):
        model = named(match[1], _SPACY)
        if model is not None:
            yield model, "spacy", "spacy download", "", Confidence.HIGH
    elif re.match(r"ollama (?:pull|run)\b", text) and len(plain) > 2:
        yield from _of_ollama(plain[2])


def _on_hub(word: str, library: str, call: str, revision: str) -> Iterator[tuple[Named, str, str, str, Confidence]]:
    model = named(word, _HUB)
    if model is not None:
        yield model, library, call, revision, Confidence.HIGH


def _of_ollama(word: str) -> Iterator[tuple[Named, str, str, str, Confidence]]:
    name, _, tag = word.removeprefix("hf.co/").partition(":")
    model = named_anyhow(name) if word.startswith("hf.co/") else named(name, _OLLAMA)
    if model is not None:
        yield model._replace(revision=tag), "ollama", "ollama", "", Confidence.HIGH


def _of_addresses(words: list[str]) -> Iterator[tuple[Named, str, str, str, Confidence]]:
    """Yield the models that are cloned, or whose files are fetched by their address."""
    is_clone = "clone" in words
    branch = _option(words, frozenset({"-b", "--branch"})) if is_clone else ""
    for word in words:
        address = re.sub(r"^(https?://)[^/@]+@", r"\1", word)
        if address.startswith("git@hf.co:"):
            address = "https://huggingface.co/" + address.removeprefix("git@hf.co:")
        if address.startswith("http") and (is_clone or "/resolve/" in address):
            model = in_repository(address)
            if model is not None:
                yield model, "git" if is_clone else "address", words[0], branch, Confidence.HIGH
