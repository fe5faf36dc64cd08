"""Performance figures as people write them: numbers with units, and the names of metrics."""

from __future__ import annotations

import functools
import math
import re

import msgspec

from weighbridge.model import Location

FIGURE_LENGTH = 60

_FIGURE = re.compile(
    r"[~\u2248=]?\s{0,2}(?P<number>[-+]?(?:\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.(?P<fraction>\d{0,17}))?(?:[eE][-+]?\d{1,3})?|[-+]?\.(?P<bare>\d{1,17}))"
    r"\s{0,3}(?P<unit>%)?"
    # What may follow without being part of it: a deviation, a difference, a citation, a footnote's mark.
    r"(?:\s{0,3}(?:±|\+/-|\+-|\\pm)\s{0,3}[\d.]{1,12}\s{0,2}%?)?(?:\s{0,3}[(\[][^()\[\]]{0,30}[)\]])?[\s*†‡^¹²³]{0,4}"
)
_DIGIT = re.compile("[0-9]")
# Half the world writes 0,912 and 91,4; three digits behind a comma are thousands, except behind a lone zero.
_DECIMAL_COMMA = re.compile(r"^([-+]?(?:0(?=,\d{3}\b)|\d{1,3}(?=,\d{1,2}\b))),(\d{1,3})(?![\d,])")
# Names of metrics, each a whole word of a heading or a list's item.
_METRIC_WORDS = """
accuracy acc accuracies f1 f1-score f1score f1_score f-score f0.5 f2 precision recall auc auroc roc-auc roc_auc aucroc auprc pr-auc
ap map ap50 map50 map50-95 mar ndcg mrr bleu sacrebleu bleu1 bleu-1 bleu4 bleu-4 rouge rouge1 rouge-1 rouge2 rouge-2 rougel rouge-l rougelsum
rouge-lsum meteor chrf chrf++ ter comet wer cer per der eer mer wil mse rmse mae mape smape r2 loss perplexity ppl em exact exact-match
exact_match iou miou dice psnr ssim lpips fid kid fad pearson pearsonr spearman spearmanr kendall mcc matthews matthews_correlation
kappa qwk sensitivity specificity mos pesq stoi si-sdr si-snr sdr reward mean_reward fpr tpr fnr brier ece bertscore bleurt cider
spice clipscore las uas top1 top-1 top5 top-5 hits hit jaccard correlation stsb silhouette winrate error
"""
_QUALIFIER_WORDS = """
test val validation valid dev eval evaluation train training mean average avg avg. macro micro weighted overall top 1 2 3 5 10 20 50 100 l lsum
score scores rate cosine dot euclidean manhattan max single multi the on set in word character char class token span normalised normalized
binary samples model this best final error box mask seg k at final_ (macro) cased clean other strict relaxed sentence corpus value
"""
_METRICS = frozenset(_METRIC_WORDS.split())
_QUALIFIERS = frozenset(_QUALIFIER_WORDS.split())
_AT = re.compile(
    r"(?:ndcg|mrr|map|recall|precision|r|p|acc|accuracy|hits?|pass|top|cosine_\w+|dot_\w+|mar|ap|em|f1|iou|hr)@\d[\d.:-]{0,8}"
)
# COCO's average precision: over overlaps from 0.5 to 0.95, or at 0.5 alone.
_AP = re.compile(r"\bm?ap\s?@?\[?(?:0?\.5|50)(\s?[:-]\s?(?:0?\.05:)?(?:0?\.)?95)?\]?")
_WORD = re.compile(r"[a-z0-9][a-z0-9@._+²-]{0,40}")
_SYNONYMS = {
    "acc": "accuracy", "acc.": "accuracy", "accuracies": "accuracy", "f1-score": "f1", "f1score": "f1", "f1_score": "f1", "f-score": "f1",
    "top-1": "accuracy", "top1": "accuracy", "auroc": "roc-auc", "roc_auc": "roc-auc", "aucroc": "roc-auc", "auc": "roc-auc",
    "ppl": "perplexity", "rouge-1": "rouge1", "rouge-2": "rouge2", "rouge-l": "rougel", "rouge-lsum": "rougelsum", "exact": "em",
    "exact_match": "em", "exact-match": "em", "pearsonr": "pearson", "spearmanr": "spearman", "matthews": "mcc",
    "matthews_correlation": "mcc", "sacrebleu": "bleu", "bleu-1": "bleu1", "bleu-4": "bleu4",
}  # fmt: skip
_DROPPED = frozenset(
    {
        "test",
        "val",
        "validation",
        "valid",
        "dev",
        "eval",
        "evaluation",
        "score",
        "scores",
        "overall",
        "the",
        "on",
        "set",
        "rate",
        "value",
    }
)


class PerformanceClaim(msgspec.Struct, frozen=True):
    """One claimed figure.

    `text` is the value as written, `value` its number, `unit` what is written behind it (`%`, `ms`), `decimals` the digits
    after the point; `source` is model-index, eval-results, table, prose, zoo-index, training-log, results-file or manifest.
    `model` names the model that the figure is about where that is not simply the published one; `n` counts the test items,
    `hardware` is the machine that a time was taken on. Empty texts mean that the claim does not say.
    """

    metric: str
    text: str
    value: float
    source: str
    unit: str = ""
    decimals: int = 0
    task: str = ""
    dataset: str = ""
    config: str = ""
    split: str = ""
    revision: str = ""
    is_verified: bool = False
    source_url: str = ""
    where: Location | None = None
    model: str = ""
    n: int | None = None
    hardware: str = ""


class Figure(msgspec.Struct, frozen=True):
    """A number as written, with its unit (`%` or none) and its digits after the point."""

    text: str
    value: float
    unit: str = ""
    decimals: int = 0


def figure(text: str) -> Figure | None:
    """Return the one number that a cell or a list's item holds; None for dashes, ranges, words, and several numbers."""
    text = text.strip()
    if not text or len(text) > FIGURE_LENGTH or _DIGIT.search(text) is None:
        return None
    match = _FIGURE.fullmatch(_DECIMAL_COMMA.sub(r"\1.\2", text) if "," in text else text)
    if match is None:
        return None
    value = float(match["number"].replace(",", ""))
    if not math.isfinite(value):
        return None
    return Figure(text, value, match["unit"] or "", len(match["fraction"] or match["bare"] or ""))


def number_figure(value: float) -> Figure:
    """Return a parsed document's number as a figure."""
    text = repr(value)
    fraction = text.partition(".")[2] if "e" not in text else ""
    return Figure(text, float(value), "", 0 if fraction == "0" else len(fraction))


def is_same_value(one: PerformanceClaim, other: PerformanceClaim) -> bool:
    """Whether two claims write one value, up to the coarser one's rounding and a factor of a hundred."""
    for scaled in (1.0, 100.0, 0.01):
        # A figure scaled by 100 keeps its digits, two places further on.
        shift = {1.0: 0, 100.0: -2, 0.01: 2}[scaled]
        digits = min(one.decimals + shift, other.decimals)
        if abs(one.value * scaled - other.value) <= 0.5001 * 10.0**-digits + 0.5001 * 10.0**-digits:
            return True
    return False


@functools.lru_cache(maxsize=8192)
def is_metric(name: str) -> bool:
    """Whether a heading or an item's name is that of a metric, give or take words such as `test` or `macro`."""
    if len(name) > 80:
        return False
    has_metric = False
    for word in _words(name):
        if word in _METRICS or _AT.fullmatch(word):
            has_metric = True
        elif word not in _QUALIFIERS:
            return False
    return has_metric


@functools.lru_cache(maxsize=8192)
def canonical_metric(name: str) -> str:
    """Return a metric's name for comparing: `F1-Score`, `f1` and `Test F1` are one, `F1 macro` and `F1 micro` are two."""
    kept = sorted({_SYNONYMS.get(word, word) for word in _words(name[:80])} - _DROPPED)
    return " ".join(kept)


def metric_words(name: str) -> str:
    """Return the words of a metric's name, in their order, without what trainers put before them."""
    return " ".join(_words(name[:80]))


def _words(name: str) -> list[str]:
    lowered = (
        name.lower().replace("r²", "r2").replace("r^2", "r2").replace("f1 score", "f1").replace("exact match", "em")
    )
    if "ap" in lowered:
        lowered = _AP.sub(lambda match: " map " if match[1] else " ap50 ", lowered)
    spaced = lowered.replace("eval_", "").replace("test_", "").replace("word error rate", "wer").replace("(%)", "")
    return [word.rstrip(".-:_") for word in _WORD.findall(spaced)]
