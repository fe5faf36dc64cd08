"""What the words in a model's name claim.

Conservative throughout: a word counts only where its usual meaning leaves no doubt, since a claim that nobody made and that
the weights then contradict is worse than one that is overlooked. `2b` in `gemma-2b` is a parameter count; in `laion2b`,
`wav2vec2-base`, `stablelm-2-1_6b` or `metaclip_2.5b` it is part of a version, a data set or another number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SPLIT = re.compile(r"([-_/\s]+|(?<!\d)\.|\.(?!\d))")
_COUNT = re.compile(r"(\d{1,4}(?:\.\d{1,3})?)([mb])")
_COUNT_WITHIN = re.compile(r"(\d)b(\d)")
_HEX = re.compile(r"(?=.*\d)[0-9a-f]+")
_EXPERTS = re.compile(r"(\d{1,3})x(\d{1,3}(?:\.\d{1,2})?)b")
_THOUSANDS = re.compile(r"(\d{1,4})k")

# Words that say what a number beside them counts, when not parameters: training data, steps, vocabulary.
_COUNTED = _words(
    "token tokens step steps pair pairs sample samples example examples vocab vocabulary voc bpe sp spm unigram wordpiece iter "
    "iters epoch epochs top rows sentences images hours speech data dataset corpus sft ckpt checkpoint patents docs words lines "
    "hz khz tweets posts reviews comments"
)
# Families whose names carry the size of their training data instead of the parameters.
_DATA_SIZED = _words(
    "clip metaclip openclip laion datacomp yfcc cc12m siglip babylm tweets minipile glove "
    "elmo fasttext word2vec ppo dqn faiss chemberta tokenizer"
)
SIZES = _words(
    "nano micro xxs xs xsmall xxsmall tiny mini small base medium large xlarge xl xxl xxlarge huge giant gigantic"
)
_SIZED = frozenset({"tiny", "mini", "small", "base", "medium", "large"})
_NAMED_BY_SIZE = frozenset({"gpt2", "data2vec", "electra", "bart"})
_AFTER_CONTEXT = frozenset({"instruct", "context", "ctx", "chat"})
# Numbers of thousands that are more often a sampling rate or a number of steps.
_NO_CONTEXT = frozenset({44, 48, 50, 96})
_PRECISIONS = {
    "fp32": "F32", "f32": "F32", "float32": "F32", "fp16": "F16", "f16": "F16", "float16": "F16", "bf16": "BF16",
    "bfloat16": "BF16",
}  # fmt: skip
FORMATS = {
    "gguf": "gguf", "ggml": "ggml", "onnx": "onnx", "mlx": "mlx", "openvino": "openvino", "ov": "openvino",
    "coreml": "coreml", "tflite": "tflite", "safetensors": "safetensors", "ct2": "ctranslate2", "ctranslate2": "ctranslate2",
    "tensorrt": "tensorrt", "torchscript": "torchscript", "litert": "tflite",
}  # fmt: skip
_SCHEMES = _words(
    "gptq awq exl2 exl3 hqq aqlm quip quip# nf4 nvfp4 mxfp4 fp8 int8 int4 w4a16 w8a8 w8a16 w4a4 autoround eetq"
)
_BITS = re.compile(r"([2-8])-?bits?")
_BLOCK_TYPE = re.compile(
    r"(?:^|[-_.])((?:i?q[1-8]_(?:k(?:_(?:xl|xs|[sml]))?|[01]|xxs|xs|nl|s|m)|tq[12]_0))(?=[-_.]|$)", re.IGNORECASE
)


def tokens_of(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words of a name and the separator before each; a point between digits does not separate."""
    parts = _SPLIT.split(name[:500])
    words, separators = parts[::2], ["", *parts[1::2]]
    if "" in words:
        separators = [before for word, before in zip(words, separators, strict=True) if word]
        words = [word for word in words if word]
    return tuple(words), tuple(separators)


def parameters_in(words: Sequence[str], separators: Sequence[str]) -> tuple[int | None, int]:
    """Return the parameter count that a name claims and the index of the word that does; (None, -1) where none does."""
    for index, word in enumerate(words):
        if "0" <= word[0] <= "9" and (count := _count(word)) is not None and not _is_doubtful(index, words, separators):
            return (None, -1) if _is_about_data(words) else (count, index)
    return None, -1


def _is_about_data(words: Sequence[str]) -> bool:
    """Whether the number in the name is that of the training data, or the name is a hash."""
    if not _DATA_SIZED.isdisjoint(words) or any(map(_is_of_data, words)):
        return True
    # `roberta-base-100M`, `gpt2-small-indonesian-522M`: the size is told already, so the number is that of the data.
    return not _SIZED.isdisjoint(words) and any(map(_goes_by_size, words))


def _goes_by_size(token: str) -> bool:
    return "bert" in token or token in _NAMED_BY_SIZE


def _is_of_data(token: str) -> bool:
    """Whether a token names a data set with its size, or is part of a hash."""
    return "laion" in token or "clip" in token or (len(token) >= 8 and _HEX.fullmatch(token) is not None)


def _count(token: str) -> int | None:
    if token[-1] not in "bm" and not token[-1].isdigit():
        return None
    match = _COUNT.fullmatch(token)
    if match is not None:
        number = float(match[1])
        # A few million are rather a context length or a number of training steps; beyond two trillion nothing is.
        if (match[2] == "m" and number < 4) or (match[2] == "b" and not 0 < number <= 2000):
            return None
        return round(number * (1_000_000_000 if match[2] == "b" else 1_000_000))
    match = _COUNT_WITHIN.fullmatch(token)
    return round(float(f"{match[1]}.{match[2]}") * 1_000_000_000) if match is not None else None


def _is_doubtful(index: int, tokens: Sequence[str], separators: Sequence[str]) -> bool:
    before = tokens[index - 1] if index else ""
    after, next_after = (*tokens[index + 1 : index + 3], "", "")[:2]
    # In `1.1B-step-50K` the word belongs to the number behind it.
    if before in _COUNTED or (after in _COUNTED and not next_after[:1].isdigit()):
        return True
    # `1_6b` is 1.6 billion in one name and the second of two numbers in another.
    return before.isdigit() and "_" in separators[index]


def experts_in(words: Sequence[str]) -> int | None:
    """Return the number of experts that a word such as `8x7b` names."""
    for word in words:
        match = _EXPERTS.fullmatch(word) if "x" in word and word[-1] == "b" else None
        if match is not None and int(match[1]) > 1:
            return int(match[1])
    return None


def context_in(words: Sequence[str], is_language_model: bool) -> int | None:
    """Return the context length in tokens that a name claims.

    A number of thousands is a context when a word such as `instruct` follows, or when the name is a language model's
    and the number no sampling rate (16k, 44k), vocabulary (32k is both, and then counts) or step count.
    """
    for index, word in enumerate(words):
        match = _THOUSANDS.fullmatch(word) if word[-1] == "k" else None
        if match is None or int(match[1]) == 0:
            continue
        before = words[index - 1] if index else ""
        after = words[index + 1] if index + 1 < len(words) else ""
        number = int(match[1])
        if before in _COUNTED or after in _COUNTED:
            continue
        if after in _AFTER_CONTEXT or (is_language_model and number >= 32 and number not in _NO_CONTEXT):
            return number * (1024 if number & (number - 1) == 0 else 1000)
    return None


def size_in(words: Sequence[str], has_count: bool) -> str:
    """Return the size word; `base` beside a parameter count means the untuned model, not a size."""
    for word in words:
        if word in SIZES and not (has_count and word == "base"):
            return word
    return ""


def precision_in(words: Sequence[str]) -> str:
    """Return the dtype that a name claims; none from `not_fp16` and `fp16_off`."""
    for index, word in enumerate(words):
        if word not in _PRECISIONS or (word in {"f16", "f32"} and "gguf" not in words):
            continue  # `f16` without GGUF is as often a factor of down-sampling
        if {*words[max(0, index - 1) : index]} & {"not", "no", "non"} or {*words[index + 1 : index + 2]} & {
            "off",
            "false",
        }:
            continue
        return _PRECISIONS[word]
    return ""


def formats_in(words: Sequence[str]) -> tuple[str, ...]:
    """Return the file formats that a name claims."""
    return tuple(dict.fromkeys([FORMATS[word] for word in words if word in FORMATS]))


def quantisation_in(name: str, words: Sequence[str]) -> str:
    """Return the quantisation that a name claims: a GGUF type, a scheme, or a number of bits."""
    block = _BLOCK_TYPE.search(name[:500]) if "_" in name and ("q" in name or "Q" in name) else None
    if block is not None:
        return block[1].upper()
    bits = _bits_in(words) if "bit" in name or "Bit" in name or "BIT" in name else ""
    if "bnb" in words and bits:
        return f"bnb-{bits}"
    return next((word for word in words if word in _SCHEMES), bits)


def _bits_in(tokens: Sequence[str]) -> str:
    for index, token in enumerate(tokens):
        if "bit" not in token:
            continue
        match = _BITS.fullmatch(token)
        if match is not None:
            return f"{match[1]}bit"
        if token in {"bit", "bits"} and index and tokens[index - 1] in {"2", "3", "4", "5", "6", "8"}:
            return f"{tokens[index - 1]}bit"
    return ""
