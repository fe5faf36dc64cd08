"""CoreML: `.mlmodel` of every kind, ML Programs with the blob file beside them, and packages packed as a zip."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from weighbridge.errors import FormatError
from weighbridge.formats.archive import Archive, open_archive
from weighbridge.formats.binary import LIMITS, Limits, Siblings
from weighbridge.formats.coreml_network import Network
from weighbridge.formats.coreml_program import Program, is_blob_file, read_blobs
from weighbridge.formats.inventory import Operators, Outside, at_most, count_weights, is_weight
from weighbridge.formats.metadata import ENTRIES, plain_text, tame
from weighbridge.formats.protobuf import BYTES, VARINT, Field, Message, open_message
from weighbridge.model import DTYPE_BITS, ByteSource, Format, Inspection, Problem, Tensor

_KINDS = {
    200: "pipelineClassifier", 201: "pipelineRegressor", 202: "pipeline", 300: "glmRegressor",
    301: "supportVectorRegressor", 302: "treeEnsembleRegressor", 303: "neuralNetworkRegressor",
    304: "bayesianProbitRegressor", 400: "glmClassifier", 401: "supportVectorClassifier",
    402: "treeEnsembleClassifier", 403: "neuralNetworkClassifier", 404: "kNearestNeighborsClassifier",
    500: "neuralNetwork", 501: "itemSimilarityRecommender", 502: "mlProgram", 555: "customModel", 556: "linkedModel",
    560: "classConfidenceThresholding", 600: "oneHotEncoder", 601: "imputer", 602: "featureVectorizer",
    603: "dictVectorizer", 604: "scaler", 606: "categoricalMapping", 607: "normalizer", 609: "arrayFeatureExtractor",
    610: "nonMaximumSuppression", 900: "identity", 2000: "textClassifier", 2001: "wordTagger",
    2002: "visionFeaturePrint", 2003: "soundAnalysisPreprocessing", 2004: "gazetteer", 2005: "wordEmbedding",
    2006: "audioFeaturePrint", 3000: "serializedModel",
}  # fmt: skip
_VERSION, _DESCRIPTION, _UPDATABLE = 1, 2, 10
_PIPELINE, _PIPELINES = 202, (200, 201)
_NETWORKS, _PROGRAM, _CUSTOM, _LINKED = (303, 403, 500), 502, 555, 556
# Kinds that hold no weights, only rules.
_WITHOUT_WEIGHTS = frozenset({555, 556, 560, 602, 609, 610, 900})
_NEWEST = 100
_MODEL = "model.mlmodel"
_MANIFEST = "Manifest.json"
_MANIFEST_LIMIT = 1024 * 1024
_IN_PACKAGE = ".mlpackage/Data/com.apple.CoreML/model.mlmodel"
_METADATA = {1: "description", 2: "model_version", 3: "author", 4: "license"}


class _Found(msgspec.Struct):
    """What has been found so far, over all models of a pipeline."""

    network: Network
    program: Program
    outside: Outside
    metadata: dict[str, Any] = {}
    user: dict[str, str] = {}
    versions: dict[str, str] = {}
    kinds: list[str] = []
    custom: list[str] = []
    problems: list[Problem] = []
    complete: bool = True


class _CoremlReader:
    """The reader. A model has no first bytes of its own: it is known by its fields."""

    formats = (Format.COREML,)
    suffixes = (".mlmodel", ".mlpackage")

    def recognise(self, head: bytes, source: ByteSource) -> Format | None:
        """Return `COREML` for a message with a version and a known kind of model, a blob file, or a zipped package."""
        if head.startswith(b"PK"):
            return Format.COREML if _packed_model(open_archive(source)) else None
        if is_blob_file(head):
            return Format.COREML
        is_model = head[:1] == b"\x08" and _is_model(open_message(source, msgspec.structs.replace(LIMITS, items=5000)))
        return Format.COREML if is_model else None

    def inspect(self, source: ByteSource, siblings: Siblings, limits: Limits) -> Inspection:
        """Return the arrays of networks and the constants of programs; of other kinds, that they were not listed."""
        head = source.read_at(0, 4096)
        if head.startswith(b"PK"):
            return _inspect_package(source, limits)
        if is_blob_file(head):
            return _inspect_blobs(source, limits)
        return _inspect_model(source, siblings, limits)


READER = _CoremlReader()


def _is_model(message: Message) -> bool:
    has_version = has_kind = False
    for field in message:
        if field.number == _VERSION and field.kind == VARINT:
            has_version = 0 < field.value <= _NEWEST
        elif field.number in _KINDS and field.kind == BYTES:
            has_kind = True
        elif (field.number, field.kind) not in ((_DESCRIPTION, BYTES), (_UPDATABLE, VARINT)):
            return False
    return has_version and has_kind


def _inspect_model(source: ByteSource, siblings: Siblings, limits: Limits) -> Inspection:
    outside, operators = Outside(siblings, limits), Operators()
    network = Network(operators, limits.tensors)
    found = _Found(network, Program(operators, outside, limits.tensors), outside)
    try:
        _read_model(open_message(source, limits), found, limits)
    except FormatError as error:
        if not found.kinds:
            raise
        found.problems.append(Problem(f"not read to its end: {error.message}", error.where))
        found.complete = False
    if not found.kinds:
        raise FormatError(f"{source.path} is no CoreML model: it has no kind of model that is known", where="0x0")
    return _inspection(source, found, limits)


def _read_model(message: Message, found: _Found, limits: Limits, prefix: str = "") -> None:
    for field in message:
        if field.number == _VERSION and not prefix:
            found.versions["coreml-specification"] = str(field.signed)
        elif field.number == _DESCRIPTION and not prefix:
            _read_description(message.inside(field), found, limits)
        elif field.number == _UPDATABLE and field.value and not prefix:
            found.metadata["is_updatable"] = True
        elif field.number in _KINDS and field.kind == BYTES:
            found.kinds.append(_KINDS[field.number])
            _read_kind(message.inside(field), field.number, found, limits, prefix)


def _read_kind(message: Message, kind: int, found: _Found, limits: Limits, prefix: str) -> None:
    if kind in _NETWORKS:
        found.network.read(message, prefix)
    elif kind == _PROGRAM:
        found.program.read(message)
    elif kind == _PIPELINE:
        models = [field for field in message if field.number == 1][: limits.members]
        for number, field in enumerate(models):
            _read_model(message.inside(field), found, limits, f"{prefix}model{number}/")
    elif kind in _PIPELINES:
        for field in message:
            if field.number == 1:
                _read_kind(message.inside(field), _PIPELINE, found, limits, prefix)
    elif kind == _CUSTOM:
        found.custom += [message.text(field, 256) for field in message if field.number == 10][:ENTRIES]
    elif kind == _LINKED:
        found.problems.append(Problem("it links to another model, which was not looked for"))
        found.complete = False
    elif kind not in _WITHOUT_WEIGHTS:
        found.problems.append(Problem(f"what a {_KINDS[kind]} has learned is not listed"))
        found.complete = False


def _read_description(message: Message, found: _Found, limits: Limits) -> None:
    sides: dict[str, list[dict[str, Any]]] = {"inputs": [], "outputs": []}
    for field in message:
        if field.number in (1, 10) and field.kind == BYTES:
            side = sides["inputs" if field.number == 1 else "outputs"]
            if len(side) < ENTRIES:
                side.append(_read_feature(message.inside(field)))
        elif field.number == 100 and field.kind == BYTES:
            _read_metadata(message.inside(field), found, limits)
    found.metadata |= {key: side for key, side in sides.items() if side}


def _read_feature(message: Message) -> dict[str, Any]:
    """Return a feature's name, type and, for arrays and images, its shape."""
    feature: dict[str, Any] = {"name": ""}
    for field in message:
        if field.number == 1:
            feature["name"] = message.text(field, 1024)
        elif field.number == 3 and field.kind == BYTES:
            kind = message.inside(field)
            for part in kind:
                feature |= _read_type(kind, part)
    return feature


def _read_type(message: Message, field: Field) -> dict[str, Any]:
    names = {1: "int64", 2: "double", 3: "string", 4: "image", 5: "array", 6: "dictionary", 7: "sequence", 8: "state"}
    if field.number not in names or field.kind != BYTES:
        return {}
    inner = message.inside(field)
    if field.number == 4:
        sizes = {part.number: part.signed for part in inner if part.number in (1, 2)}
        return {"type": "image", "shape": [sizes.get(2, 0), sizes.get(1, 0)]}
    if field.number != 5:
        return {"type": names[field.number]}
    shape: list[int] = []
    for part in inner:
        if part.number == 1 and len(shape) < 64:
            shape += inner.integers(part, 64)
    codes = [part.value for part in inner if part.number == 2]
    types = {65552: "F16", 65568: "F32", 65600: "F64", 131104: "I32", 131080: "I8"}
    return {"type": "array", "dtype": types.get(codes[-1] if codes else 0, "?"), "shape": shape}


def _read_metadata(message: Message, found: _Found, limits: Limits) -> None:
    for field in message:
        if field.number in _METADATA:
            text = message.text(field, limits.text)
            if text:
                found.metadata[_METADATA[field.number]] = text
        elif field.number == 100 and len(found.user) < ENTRIES:
            key, value, entry = message.pair(field, 256)
            found.user[key] = entry.text(value, limits.text) if value is not None else ""


def _inspection(source: ByteSource, found: _Found, limits: Limits) -> Inspection:
    network, program, outside = found.network, found.program, found.outside
    _read_manifest(source, found)
    metadata = found.metadata | {"model_type": found.kinds[0]}
    extra = {
        "pipeline": found.kinds[1:],
        "user_defined": found.user,
        "opsets": sorted(program.opsets),
        "custom_classes": sorted({*found.custom, *network.custom}),
    }
    producer, versions = _producer(found.user)
    return Inspection(
        source.path,
        Format.COREML,
        source.size,
        (*network.tensors, *program.tensors),
        tame(metadata | {key: value for key, value in extra.items() if value}, limits) | network.operators.facts(),
        producer=producer,
        versions=found.versions | versions,
        quantisation=_quantisation(found),
        references=outside.references,
        problems=(*found.problems, *program.problems, *outside.problems),
        complete=found.complete and outside.complete and not network.operators.is_cut,
        stated_parameters=at_most(count_weights(network.tensors) + _program_weights(program)),
    )


def _read_manifest(source: ByteSource, found: _Found) -> None:
    """Compare a package's manifest, which stands two folders up, with the model that is read."""
    manifest = found.outside.beside(f"../../{_MANIFEST}") if source.path.endswith(_IN_PACKAGE) else None
    if manifest is None:
        return
    try:
        stated = json.loads(manifest.read_at(0, _MANIFEST_LIMIT))
        root = stated["itemInfoEntries"][stated["rootModelIdentifier"]]["path"]
        found.versions["coreml-package"] = plain_text(str(stated.get("fileFormatVersion", "")), 64)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        found.problems.append(Problem("the package's manifest names no root model", _MANIFEST))
        return
    if not isinstance(root, str) or not source.path.endswith(f"/Data/{root}"):
        found.problems.append(Problem(f"the package's root model is {str(root)[:256]!r}, not this one", _MANIFEST))


def _program_weights(program: Program) -> int:
    """Count what compressed constants unfold to in place of what they are made of."""
    without = program.feeds | program.odd
    stored = {tensor.name: tensor for tensor in program.tensors if is_weight(tensor)}
    room = 64 * sum([tensor.nbytes for tensor in stored.values() if tensor.name in program.feeds])
    unfolded = min(sum(program.logical.values()), room)
    return count_weights(program.tensors, without) + unfolded


def _producer(user: dict[str, str]) -> tuple[str, dict[str, str]]:
    """Converters leave their names and versions among the free entries."""
    prefix = "com.github.apple.coremltools."
    version = user.get(f"{prefix}version", "")
    versions = {"coremltools": version[:256]} if version else {}
    origin, _, number = user.get(f"{prefix}source", "").partition("==")
    if origin and number:
        versions.setdefault(origin[:256], number[:256])
    return f"coremltools {version}"[:256] if version else "", versions


def _quantisation(found: _Found) -> str:
    schemes = sorted(found.program.compression)
    schemes += [f"{bits}-bit weights" for bits in sorted(found.network.bits)]
    return ", ".join(schemes)[:256]


def _packed_model(archive: Archive) -> str:
    """Return the model's name within a zipped package; empty where there is none."""
    return next((name for name in archive.names if name.endswith(f"/{_MODEL}") or name == _MODEL), "")


def _inspect_package(source: ByteSource, limits: Limits) -> Inspection:
    archive = open_archive(source, limits)
    name = _packed_model(archive)
    member = archive.find(name)
    if member is None:
        raise FormatError(f"{source.path} is a zip archive without {_MODEL}")
    folder = name[: name.rfind("/") + 1]

    def sibling(path: str) -> ByteSource | None:
        found = archive.find(f"{folder}{path}")
        return archive.open(found) if found is not None else None

    inspection = _inspect_model(archive.open(member), sibling, limits)
    return msgspec.structs.replace(
        inspection,
        path=source.path,
        size=source.size,
        tensors=tuple([msgspec.structs.replace(tensor, offset=None) for tensor in inspection.tensors]),
        problems=(*inspection.problems, *archive.problems),
        complete=inspection.complete and archive.complete,
    )


def _inspect_blobs(source: ByteSource, limits: Limits) -> Inspection:
    """Return a blob file's entries by their places: their names stand in the model that uses them."""
    tensors: list[Tensor] = []
    for blob in read_blobs(source, limits.tensors):
        count = int(blob.nbytes * 8 // DTYPE_BITS.get(blob.dtype, 8))
        tensors.append(Tensor(f"@{blob.at}", (count,), blob.dtype, blob.nbytes, blob.offset))
    return Inspection(
        source.path, Format.COREML, source.size, tuple(tensors), {"model_type": "blob file"},
        versions={"coreml-blob": "2"},
    )  # fmt: skip
