"""SE011: a model needs no operators of its own."""

from __future__ import annotations

from collections.abc import Sequence

from weighbridge.checks.contract import check
from weighbridge.checks.security.judging import DANGEROUS, REVIEW, judge
from weighbridge.facts.scan import Observation, Scan
from weighbridge.facts.scanners.tensorflow import known_operators
from weighbridge.model import Attribute, Factor, Outcome, Severity

# Domains whose operators come with a widely used runtime.
_RUNTIMES = ("com.microsoft", "com.ms.internal", "org.pytorch", "ai.onnx", "com.intel", "com.xilinx", "ai.graphcore")
# Of onnxruntime-extensions, tokenizers and image decoders; all else of that domain is a Python function.
_EXTENSIONS = frozenset(
    """
    BertTokenizer HfBertTokenizer GPT2Tokenizer CLIPTokenizer RobertaTokenizer SentencepieceTokenizer SentencepieceDecoder
    BpeDecoder WordpieceTokenizer BlingFireSentenceBreaker BasicTokenizer BertTokenizerDecoder TrieTokenizer TrieDetokenizer
    HfJsonTokenizer SpmTokenizer AudioDecoder StftNorm StringHash StringHashFast StringJoin StringSplit StringLower StringUpper
    StringConcat StringEqual StringLength StringMapping StringStrip StringRegexReplace StringRegexSplit
    StringRegexSplitWithOffsets StringECMARegexReplace StringECMARegexSplitWithOffsets StringToVector VectorToString MaskedFill
    RaggedTensorToDense RaggedTensorToSparse StringRaggedTensorToDense NegPos SegmentSum SegmentExtraction Inverse DecodeImage
    EncodeImage DrawBoundingBoxes GaussianBlur ImageDecoder
    """.split()  # noqa: SIM905 - sixty quoted names are harder to read
)
_KNOWN_TFLITE = frozenset({"TFLite_Detection_PostProcess", "Convolution2DTransposeBias", "MaxPoolingWithArgmax2D",
                           "MaxUnpooling2D", "AudioSpectrogram", "Mfcc", "ethos-u", "edgetpu-custom-op"})  # fmt: skip


@check(code="SE011", attribute=Attribute.SECURITY, factor=Factor.CODE_EXECUTION, severity=Severity.HIGH)
def operators_are_standard(scan: Scan) -> Sequence[Outcome]:
    """A model needs no operators of its own.

    What it asks: whether ONNX, TFLite, CoreML, OpenVINO, MXNet or Caffe models use operators outside what their runtimes bring along.
    Why it matters: such an operator is native code or Python that has to be loaded into the process before the model runs.
    Evidence: domains and names of all operators; functions that the model itself defines are no custom operators.
    Remedy: export with standard operators, or publish the operators' source.
    Limits: what a custom operator does is not in the model.
    Source: ONNX and onnxruntime-extensions documentation; this project's threat catalogue, 33 and 52.
    """
    return judge(
        scan,
        scanners=(
            "onnx",
            "tflite",
            "coreml",
            "xml",
            "documents",
            "text_graphs",
        ),
        kinds=(
            "onnx.",
            "tflite.custom",
            "coreml.",
            "mxnet.",
            "caffe.",
            "mxnet.",
            "caffe.",
            "openvino.",
        ),
        level=_level,
        remedy="Export with standard operators, or publish the operators' source.",
        clean="Only operators that runtimes bring along.",
    )


def _level(observation: Observation) -> Severity | None:
    kind, subject = observation.kind, observation.subject
    if kind == "onnx.python":
        return None if subject.rpartition("::")[2] in _EXTENSIONS else DANGEROUS
    if kind == "onnx.custom":
        return None if str(observation.details.get("domain", "")).startswith(_RUNTIMES) else REVIEW
    # TFLite has some of TensorFlow's own operators under their names.
    is_known = kind == "tflite.custom" and (subject in _KNOWN_TFLITE or subject in known_operators())
    return None if is_known else REVIEW
