"""The models that JavaScript and TypeScript load, told from the words of the text: comments and strings are known for what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from weighbridge.model import Confidence
from weighbridge.uses.loaders import Loader
from weighbridge.uses.naming import in_repository, named, named_anyhow
from weighbridge.uses.use import Pin, Place, Unnamed, Use, pin_of

_TOKENS = 400_000
_DEPTH = 12
# Ordered: what a comment or a string holds is no code.
_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?(?:\*/|\Z)|<!--.*?-->)
    |(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)
    |(?P<regex>(?<=[=(,:;!&|?{}\[\n])\s*/(?![/*])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*)
    |(?P<name>[A-Za-z_$][\w$]*)
    |(?P<number>\d[\w.]*)
    |(?P<sign>\?\?|\|\||=>|\?\.|[{}()\[\].,:;=+?]|.)""",
    re.DOTALL | re.VERBOSE,
)
_SLOT = re.compile(r"\$\{([A-Za-z_$][\w$.]*)\}")
_PACKAGES = ("@xenova/transformers", "@huggingface/transformers", "transformers.js", "@huggingface/hub", "@huggingface/inference",
             "@mlc-ai/web-llm", "@langchain/community", "onnxruntime", "@mediapipe", "fastembed", "transformers")  # fmt: skip
_HUB = Loader("transformers.js", (), ())
_CALLS = {"from_pretrained": 0, "pipeline": 1, "downloadFile": -1, "snapshotDownload": -1, "CreateMLCEngine": 0,
          "HuggingFaceTransformersEmbeddings": -1, "HuggingFaceInferenceEmbeddings": -1, "HuggingFaceInference": -1, "modelInfo": -1}  # fmt: skip
# Calls of the inference client, which name the model in their options.
_REMOTE_CALLS = (
    "textGeneration textGenerationStream chatCompletion chatCompletionStream featureExtraction textToImage summarization translation "
    "automaticSpeechRecognition imageClassification imageToText fillMask questionAnswering textClassification tokenClassification "
    "zeroShotClassification sentenceSimilarity objectDetection textToSpeech imageSegmentation"
)
_REMOTE = frozenset(_REMOTE_CALLS.split())
_UNKNOWN = "its name is only known when it runs"


class Token(NamedTuple):
    """A piece of the text: `text` for strings without their quotes, `name`, `number`, or `sign`."""

    kind: str
    value: str
    line: int


def tokens_of(text: str) -> list[Token]:
    """Return the text's pieces without comments and spaces."""
    found: list[Token] = []
    line = 1
    for match in _TOKEN.finditer(text):
        kind, value = match.lastgroup or "sign", match[0]
        if kind not in {"space", "regex"}:
            found.append(Token(kind, _unquoted(value) if kind == "text" else value, line))
            if len(found) >= _TOKENS:
                break
        line += value.count("\n")
    return found


def _unquoted(value: str) -> str:
    inner = value[1:-1]
    return re.sub(r"\\(.)", r"\1", inner) if "\\" in inner else inner


def uses_in(text: str, path: str) -> tuple[list[Use], list[Unnamed]]:
    """Return the models that a file loads, and the calls whose model it does not tell."""
    if not any(package in text for package in _PACKAGES) and "huggingface.co/" not in text:
        return [], []
    return _Reading(tokens_of(text), path).found()


class _Reading:
    def __init__(self, tokens: list[Token], path: str) -> None:
        self._tokens, self._path = tokens, path
        self._constants = dict(self._assigned())
        self._uses: dict[Use, None] = {}
        self._unnamed: dict[Unnamed, None] = {}

    def _assigned(self) -> Iterator[tuple[str, list[Token]]]:
        """Yield `name = "text"` and `name: "text"`, in declarations, defaults, classes and objects."""
        for index in range(len(self._tokens) - 2):
            name, sign, value = self._tokens[index : index + 3]
            after = self._tokens[index + 3].value if index + 3 < len(self._tokens) else ""
            if name.kind == "name" and sign.value == ":" and after == "=":  # a declared type
                yield name.value, self._expression(index + 4)
                continue
            if name.kind in {"name", "text"} and sign.value in {"=", ":"} and value.kind in {"text", "name"}:
                yield name.value, self._expression(index + 2)

    def _expression(self, start: int) -> list[Token]:
        """Return the pieces up to the end of an expression on its own level."""
        depth = 0
        found: list[Token] = []
        for token in self._tokens[start : start + 60]:
            if token.kind == "sign" and token.value in "([{":
                depth += 1
            elif token.kind == "sign" and token.value in ")]}":
                depth -= 1
            is_end = token.kind == "sign" and (depth < 0 or (depth == 0 and token.value in ",;"))
            is_next = (
                bool(found) and token.kind == "name" and found[-1].kind in {"text", "name"} and token.value != "as"
            )
            if is_end or is_next:
                break
            found.append(token)
        return found

    def found(self) -> tuple[list[Use], list[Unnamed]]:
        """Return what all calls load."""
        for index, token in enumerate(self._tokens):
            after = self._tokens[index + 1].value if index + 1 < len(self._tokens) else ""
            if token.kind == "name" and after in {"(", "<"} and (token.value in _CALLS or token.value in _REMOTE):
                self._call(index)
            elif token.kind == "text" and "/resolve/" in token.value:
                self._address(token)
        return sorted(self._uses, key=lambda use: (use.place, use.model)), sorted(self._unnamed, key=lambda u: u.place)

    def _call(self, index: int) -> None:
        token = self._tokens[index]
        if index and self._tokens[index - 1].value in {"function", "async"}:
            return
        start = index + 1
        while start < len(self._tokens) and self._tokens[start].value != "(":
            start += 1
        arguments = self._arguments(start)
        position = _CALLS.get(token.value, -1)
        options = self._options(arguments)
        texts = self._model_texts(arguments, position, options)
        revision = self._single(options.get("revision", []))
        pin = Pin.UNKNOWN if options.get("revision") and not revision else pin_of(revision)
        place = Place(self._path, token.line)
        is_found = False
        for text, is_certain in texts:
            model = named(text, _HUB)
            if model is not None:
                sureness = Confidence.HIGH if is_certain else Confidence.MEDIUM
                library = "@huggingface/inference" if token.value in _REMOTE else _HUB.library
                use = Use(model.model, model.registry, place, token.value, library, revision, pin, False, sureness)
                self._uses[use] = None
            is_found = True
        if not is_found and position >= 0 and len(arguments) > position and arguments[position]:
            self._unnamed[Unnamed(place, token.value, _HUB.library, _UNKNOWN)] = None

    def _model_texts(
        self, arguments: list[list[Token]], position: int, options: dict[str, list[Token]]
    ) -> list[tuple[str, bool]]:
        if 0 <= position < len(arguments):
            return list(self._texts(arguments[position], 0))
        named_by = [options[key] for key in ("repo", "model", "modelName", "name") if key in options]
        return [text for expression in named_by[:1] for text in self._texts(expression, 0)]

    def _arguments(self, start: int) -> list[list[Token]]:
        """Return the pieces of each argument of a call whose bracket opens at `start`."""
        depth = 0
        found: list[list[Token]] = [[]]
        for token in self._tokens[start : start + 2000]:
            if token.kind == "sign" and token.value in "([{":
                depth += 1
                if depth == 1:
                    continue
            elif token.kind == "sign" and token.value in ")]}":
                depth -= 1
                if depth == 0:
                    break
            if depth == 1 and token.kind == "sign" and token.value == ",":
                found.append([])
            else:
                found[-1].append(token)
        return found

    def _options(self, arguments: list[list[Token]]) -> dict[str, list[Token]]:
        """Return the properties of an argument that is an object."""
        found: dict[str, list[Token]] = {}
        for pieces in arguments:
            if not pieces or pieces[0].value != "{":
                continue
            depth = 0
            for index, token in enumerate(pieces):
                if token.kind == "sign":
                    depth += (token.value in "([{") - (token.value in ")]}")
                is_key = depth == 1 and token.kind in {"name", "text"} and index + 1 < len(pieces)
                if is_key and pieces[index + 1].value == ":" and pieces[index - 1].value in {"{", ","}:
                    found[token.value] = _until_comma(pieces[index + 2 :])
                elif is_key and pieces[index + 1].value in {",", "}"} and pieces[index - 1].value in {"{", ","}:
                    found[token.value] = [token]
        return found

    def _single(self, pieces: list[Token]) -> str:
        texts = [text for text, _ in self._texts(pieces, 0)]
        return texts[0] if len(texts) == 1 else ""

    def _texts(self, pieces: list[Token], depth: int) -> Iterator[tuple[str, bool]]:
        """Yield the texts that an expression may be: strings, sums of them, constants, alternatives."""
        if depth > _DEPTH or not pieces:
            return
        options = _alternatives(pieces)
        if len(options) > 1:
            for option in options:
                for text, _ in self._texts(option, depth + 1):
                    yield text, False
            return
        terms = [self._term(term, depth) for term in _split_at(pieces, "+")]
        if all(term is not None for term in terms):
            yield "".join(term or "" for term in terms), all(len(term) == 1 for term in _split_at(pieces, "+"))

    def _term(self, term: list[Token], depth: int) -> str | None:
        names = [token for token in term if token.kind == "name" and token.value not in {"as", "const", "string"}]
        if len(term) >= 1 and term[0].kind == "text":
            return self._filled(term[0].value, depth)
        if names and all(token.kind == "name" or token.value in {".", "?."} for token in term):
            return self._constant(names[-1].value, depth)
        return None

    def _constant(self, name: str, depth: int) -> str | None:
        pieces = self._constants.get(name)
        if pieces is None or depth > _DEPTH:
            return None
        return next((text for text, _ in self._texts(pieces, depth + 1)), None)

    def _filled(self, text: str, depth: int) -> str | None:
        missing: list[str] = []

        def value(match: re.Match[str]) -> str:
            held = self._constant(match[1].rpartition(".")[2], depth + 1)
            missing.extend([] if held is not None else [match[1]])
            return held or ""

        filled = _SLOT.sub(value, text)
        return None if missing or "${" in filled else filled

    def _address(self, token: Token) -> None:
        filled = self._filled(token.value, 0)
        model = in_repository(filled) if filled else None
        if model is not None and named_anyhow(model.model) is not None:
            place = Place(self._path, token.line)
            pin = pin_of(model.revision)
            use = Use(
                model.model, model.registry, place, "address", "address", model.revision, pin, False, Confidence.MEDIUM
            )
            self._uses[use] = None


def _until_comma(pieces: list[Token]) -> list[Token]:
    depth = 0
    found: list[Token] = []
    for token in pieces:
        if token.kind == "sign":
            depth += (token.value in "([{") - (token.value in ")]}")
            if depth < 0 or (depth == 0 and token.value == ","):
                break
        found.append(token)
    return found


def _alternatives(pieces: list[Token]) -> list[list[Token]]:
    """Return the sides of `a ?? b`, `a || b` and `c ? a : b`."""
    if any(token.kind == "sign" and token.value == "?" for token in pieces):
        question = next(i for i, token in enumerate(pieces) if token.value == "?" and token.kind == "sign")
        return _split_at(pieces[question + 1 :], ":")
    for sign in ("??", "||"):
        parts = _split_at(pieces, sign)
        if len(parts) > 1:
            return parts
    return [pieces]


def _split_at(pieces: list[Token], sign: str) -> list[list[Token]]:
    found: list[list[Token]] = [[]]
    for token in pieces:
        if token.kind == "sign" and token.value == sign:
            found.append([])
        else:
            found[-1].append(token)
    return found
