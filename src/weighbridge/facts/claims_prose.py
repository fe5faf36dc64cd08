"""Performance claims in a card's running text: lists of results, and sentences that state one figure."""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterator

from weighbridge.facts.card import Card
from weighbridge.facts.figures import PerformanceClaim, figure, is_metric
from weighbridge.facts.prose import lines_with
from weighbridge.model import Location

CLAIM_LIMIT = 2000
SHORT_LENGTH = 60
LINE_LENGTH = 2000
LIST_LIMIT = 100

# Every line that is looked at holds one of these.
_HINTS = (
    "accuracy", "f1", "precision", "recall", "auc", "bleu", "wer", "cer", "error rate", "rouge", "perplexity", "map", "iou", "rmse",
    "mae", "match", "ndcg", "mrr", "pearson", "spearman", "loss", "top-1", "sdr", "ppl", " uas", "score", "/sec", "per second",
)  # fmt: skip
_RESULTS = "following results on the"
_RESULT_PHRASES = (_RESULTS,)
_SECTION_WORDS = ("eval", "result", "metric", "performance", "benchmark")
_ITEM = re.compile(
    r"\s{0,8}[-*+•]\s{1,4}(?:\*\*|__|`)?([^:*|`\n]{1,60}?)(?:\*\*|__|`)?\s{0,2}:(?:\*\*|__)?\s{0,4}(?:\*\*|`)?([^*`\n]{1,60}?)(?:\*\*|`)?\s{0,4}$"
)
_BULLETS = frozenset("-*+•")
# What trainers list beside the metrics.
_BESIDES = """
epoch,epochs,step,steps,runtime,train runtime,samples per second,steps per second,gen len,train loss,training loss,
num input tokens seen,input tokens seen,eval_runtime,eval_samples_per_second,eval_steps_per_second,learning rate,
model preparation time,total flos,train samples,eval samples,generated length,batch size,lr
"""
_NO_METRICS = frozenset(_BESIDES.replace("\n", "").split(","))
_NUMBER = r"\d{1,3}(?:\.\d{1,6})?"
_LONG_NUMBER = r"\d{1,3}(?:\.\d{1,17})?"
_QUALIFIER = r"(?:(?:top-?[15]|macro|micro|weighted|test|validation|overall|average|mean|word|exact|dev|wl|span|zero-shot)[ -]){0,2}"
_BARE = (
    r"(?:accuracy|f1(?:[ -]score)?|precision|recall|auc|auroc|bleu|wer|word error rate|cer|character error rate|rouge-?[12l](?:sum)?|perplexity|"
    r"mean average precision|map|miou|iou|rmse|mae|match|ndcg@10|mrr@10|pearson correlation|spearman correlation|sdr|mcd|uas|las|ppl)"
)
_METRIC = rf"(?:{_QUALIFIER}{_BARE}|top-?[15](?:\saccuracy)?)"
_FIGURE_FIRST = re.compile(
    rf"(?<![\w.])(?P<value>{_NUMBER})\s?(?P<unit>%)?\s(?:db of\s)?(?P<metric>{_METRIC}|(?:sentences|words|tokens|images|samples)/s(?:ec)?)\b",
    re.IGNORECASE,
)
_METRIC_FIRST = re.compile(
    rf"\b(?P<metric>{_METRIC})\b(?:\s\([^()\n]{{1,20}}\))?\s(?:scores?\s)?(?:on [A-Z][\w-]{{1,30}} )?(?:of|is|was)\s(?:about\s|around\s)?(?:<b>)?\**(?P<value>{_NUMBER})\s?(?P<unit>%)?(?![\w-]|\.\d|\s?[-\u2013]\s?\d)",
    re.IGNORECASE,
)
# A statement that stands alone: `F1: 33.7%`, `Validation F1-score: 0.509, Exact Match: 0.473`.
_STATES = re.compile(r"[:=]\s{0,2}[`*]{0,3}\d")
_STATED = re.compile(
    rf"(?P<metric>[A-Za-z][\w@-]{{0,30}}(?: [A-Za-z][\w@-]{{0,20}}){{0,5}})\s?[:=]\s{{0,2}}[`*]{{0,3}}(?P<value>{_LONG_NUMBER})\s?(?P<unit>%)?[`*]{{0,3}}(?=[\s,;.]|$)"
)
# What `_METRIC_FIRST` holds at least, and is found much sooner.
_OF_NUMBER = re.compile(r"\s(?:of|is|was)\s(?:about\s|around\s)?(?:<b>)?\**\d")
_DATASET = re.compile(
    r"\son\s(?:the\s)?(?P<name>[A-Z][\w./-]{1,60}(?:\s[A-Z0-9][\w./-]{0,40}){0,3})(?:\s(?P<split>test|dev|validation|val|evaluation|eval)(?=\s|[.,;]|$))?"
)
_SPLIT = re.compile(
    r"\bon (?:the|a|our|its)?\s?(?:held-out )?(?P<split>test|dev|validation|evaluation|eval)\b", re.IGNORECASE
)
# A sentence with one of these speaks of other models as well.
_OTHERS = re.compile(
    r"\b(?:baselines?|compared|previous|outperform\w*|better than|worse than|versus|vs|original|whereas|while|human|random|chance|"
    r"prior|respectively|other models|improv\w+|gpt-[34]|should|would|target|at least|if)\b",
    re.IGNORECASE,
)  # fmt: skip
_CLAIMING = (
    "achiev",
    "obtain",
    "reach",
    "attain",
    "score",
    " has ",
    " had ",
    "result",
    "accuracy of",
    "with an",
    "with a ",
    "gets ",
    " got ",
    "yield",
    " is ",
    " was ",
)
_BETWEEN = re.compile(r"\s{0,2}(?:,|/|and|, and|;|&)?\s{0,2}(?:a |an )?", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_SPLITS = {"val": "validation", "eval": "evaluation"}
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")
_ON = re.compile(r" on (?:the )?([\w./-]{2,120}(?: - [\w-]{1,20})?) dataset")
_NO_NAMES = frozenset({"unknown", "none", "generator", "same", "evaluation", "test", "following", "custom"})


def claims_in_prose(card: Card) -> list[PerformanceClaim]:
    """Return the claims in lists of results and in sentences, outside tables and code."""
    lowered = card.lowered
    found: list[PerformanceClaim] = []
    listed: set[int] = set()
    if card.places.among(_RESULT_PHRASES):
        for claim in _results(card, lowered):
            found.append(claim)
            listed.add(claim.where.line if claim.where and claim.where.line else 0)
    for claim in _stated(card):
        if (claim.where.line if claim.where else 0) not in listed:
            found.append(claim)
        if len(found) >= CLAIM_LIMIT:
            break
    return found[:CLAIM_LIMIT]


def _results(card: Card, lowered: str) -> Iterator[PerformanceClaim]:
    """The trainers' list: "It achieves the following results on the evaluation set:" and one item a line."""
    at = lowered.find(_RESULTS)
    line, before = card.first_line, 0
    for _ in range(LIST_LIMIT):
        end = card.text.find("\n", at) if at >= 0 else -1
        if end < 0:
            return
        split = "evaluation" if "evaluation set" in lowered[at:end] else "test" if "test set" in lowered[at:end] else ""
        dataset = _dataset_before(card.text[max(0, at - 400) : at])
        line += card.text.count("\n", before, end)
        before = end
        for offset, text in enumerate(card.text[end + 1 : end + 8000].split("\n"), start=1):
            match = _ITEM.match(text[:LINE_LENGTH])
            if match is None:
                if text.strip() or offset > 2:
                    break
                continue
            name = match[1].strip()
            if name.lower() not in _NO_METRICS:
                claim = _claim(card, line + offset, name, match[2], dataset=dataset, split=split)
                if claim is not None:
                    yield claim
        at = lowered.find(_RESULTS, end)


def _dataset_before(text: str) -> str:
    named = [name for name in _ON.findall(text) if name.lower() not in _NO_NAMES]
    return named[-1] if named else ""


def _claim(
    card: Card, line: int, metric: str, text: str, *, dataset: str = "", split: str = ""
) -> PerformanceClaim | None:
    found = figure(text)
    if found is None:
        return None
    where = Location(card.path, line=line)
    return PerformanceClaim(
        metric, found.text, found.value, "prose", found.unit, found.decimals, "", dataset, "", split, where=where
    )


def _stated(card: Card) -> Iterator[PerformanceClaim]:
    """Items such as `- Accuracy: 0.93` below a heading about results, and sentences that state one figure."""
    begins = [section.line for section in card.sections]
    for number, _, line, _ in lines_with(card, _HINTS):
        if "|" in line or len(line) > LINE_LENGTH or not _DIGIT.search(line):
            continue
        item = _ITEM.match(line) if line.lstrip()[:1] in _BULLETS else None
        if item is None:
            yield from _sentences(card, number, line)
            continue
        place = bisect.bisect_right(begins, number) - 1
        title = card.sections[place].title.lower() if place >= 0 else ""
        if any(word in title for word in _SECTION_WORDS) and is_metric(item[1]):
            claim = _claim(card, number, item[1].strip(), item[2])
            if claim is not None:
                yield claim


def _sentences(card: Card, number: int, line: str) -> Iterator[PerformanceClaim]:
    stated = _STATED.finditer(line) if _STATES.search(line) else ()
    told = [match for match in stated if _is_metric_phrase(match["metric"])]
    if told:
        yield from _claims_of(card, number, line, told)
        return
    for sentence in _SENTENCE.split(line):
        if not _DIGIT.search(sentence):
            continue
        lowered = sentence.lower()
        matches = list(_FIGURE_FIRST.finditer(sentence))
        if not matches and _OF_NUMBER.search(lowered):
            matches = list(_METRIC_FIRST.finditer(sentence))
        if not matches or _OTHERS.search(lowered):
            continue
        # A line that is little more than the figure needs no verb; several figures need one each, side by side.
        is_short = len(sentence) - sum(match.end() - match.start() for match in matches) <= SHORT_LENGTH
        if not is_short and not any(word in lowered for word in _CLAIMING):
            continue
        if len(matches) == 1 or _is_enumeration(sentence, matches):
            yield from _claims_of(card, number, sentence, matches)


def _is_metric_phrase(text: str) -> bool:
    """Whether a text before a colon is a metric's name, or ends in one: `On the test set Accuracy`."""
    words = text.replace("_", " ").lower()
    return words not in _NO_METRICS and (
        is_metric(words) or is_metric(words.rpartition(" ")[2]) or words.startswith("ppl ")
    )


def _is_enumeration(sentence: str, matches: list[re.Match[str]]) -> bool:
    """Whether figures of different metrics follow each other with nothing but commas and `and` between."""
    names = [match["metric"].lower() for match in matches]
    gaps = [sentence[one.end() : other.start()] for one, other in itertools.pairwise(matches)]
    return len(set(names)) == len(names) and all(_BETWEEN.fullmatch(gap) for gap in gaps)


def _claims_of(card: Card, number: int, sentence: str, matches: list[re.Match[str]]) -> Iterator[PerformanceClaim]:
    dataset, split = _DATASET.search(sentence), _SPLIT.search(sentence)
    named = dataset["name"].rstrip(".,;:") if dataset is not None else ""
    part = (dataset and dataset["split"]) or (split and split["split"]) or ""
    for match in matches:
        text = match["value"] + (match["unit"] or "")
        claim = _claim(
            card, number, match["metric"].strip(), text, dataset=named, split=_SPLITS.get(part.lower(), part.lower())
        )
        if claim is not None:
            yield claim
