"""Training settings in a card: lists, tables, and configurations shown as code."""

from __future__ import annotations

import re

import msgspec

from weighbridge.facts.card import Card
from weighbridge.facts.prose import indices_with, lines_with
from weighbridge.model import Location

SETTING_LIMIT = 300
VALUE_LENGTH = 200
LINE_LENGTH = 500

# Settings by their usual name, and what else they are called; names are compared in lower case, `_`, `-` and blanks alike.
_CALLED = {
    "learning_rate": "learning rate,lr,base lr,peak learning rate,initial learning rate,learning rate lr,max learning rate,lr0",
    "batch_size": "batch size,batchsize,global batch size,total batch size,mini batch size,minibatch size,batch",
    "train_batch_size": "train batch size,per device train batch size,training batch size,per gpu train batch size,micro batch size",
    "eval_batch_size": "eval batch size,per device eval batch size,evaluation batch size",
    "total_train_batch_size": "total train batch size,effective batch size",
    "gradient_accumulation_steps": "gradient accumulation steps,gradient accumulation,accumulate grad batches",
    "epochs": "epochs,num epochs,num train epochs,number of epochs,epoch,training epochs,max epochs,n epochs,nb epochs",
    "steps": "steps,training steps,max steps,train steps,num train steps,total steps,num steps,number of steps,iterations,n timesteps",
    "optimizer": "optimizer,optimiser,optim,optimizer type,optimizer class",
    "scheduler": "lr scheduler type,lr scheduler,scheduler,learning rate scheduler,learning rate schedule,lr schedule,schedule",
    "seed": "seed,random seed,training seed,data seed",
    "warmup_steps": "lr scheduler warmup steps,warmup steps,num warmup steps",
    "warmup_ratio": "lr scheduler warmup ratio,warmup ratio,warmup proportion",
    "weight_decay": "weight decay,wd",
    "precision": "mixed precision training,mixed precision,training precision,training regime",
    "max_length": "max length,max seq length,max sequence length,sequence length,sequence len,cutoff len,block size",
    "dropout": "dropout,dropout rate",
    "gradient_clipping": "max grad norm,gradient clipping,gradient clip val",
    "distributed_type": "distributed type",
    "devices": "num devices",
    "lora_r": "lora r,lora rank",
    "lora_alpha": "lora alpha",
}
_NAMES = {called: name for name, words in _CALLED.items() for called in words.split(",")}
# Settings told in words rather than numbers.
_WORDED = frozenset({"optimizer", "scheduler", "precision", "distributed_type"})
# Every name of a setting holds one of these.
_STEMS = (
    "learning", "lr", "batch", "gradient", "accumulate", "epoch", "steps", "iterations", "optim", "schedule", "seed", "warmup",
    "decay", "wd", "precision", "regime", "length", "sequence", "cutoff", "block size", "dropout", "grad", "distributed", "devices", "lora",
)  # fmt: skip
# With none of these in a text there is no setting in it.
_HINTS = ("learning", "lr", "batch", "epoch", "optim", "seed", "warmup", "regime")
_LINE = re.compile(
    r"[\s>]{0,12}(?:[-*+•]\s{1,4})?[*_`\"']{0,3}(?P<name>[A-Za-z][\w .()-]{0,40}?)[*_`\"']{0,3}\s{0,3}[:=][*_`]{0,3}\s{0,3}(?P<value>\S.{0,300})"
)
_BRACKETS = re.compile(r"\([^()]{0,40}\)")
_NUMERIC = re.compile(r"[~\u2248]?\s?[-+]?(?:\d|\.\d|[({\[]\s?\d)")
# How settings stand in sentences; each group is named for its setting.
_SENTENCE_HINTS = ("batch size of", "learning rate", "optimi", "epochs", " steps", "seed", "weight decay")
_SENTENCES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"batch size (?:of|is|was) (?P<batch_size>\d[\d,]{0,9}k?)",
        r"learning rate (?:of|is|was) (?P<learning_rate>\d[\d.]{0,9}(?:e-?\d{1,2})?)(?![\w-])|(?<![\w.])(?P<learning_rate_>\d(?:\.\d{1,3})?e-\d{1,2}|0\.0\d{1,7}) learning rate",
        r"\b(?P<optimizer>adam\w{0,12}|sgd|adafactor|lamb|lion|rmsprop|adagrad|adadelta|sophia|muon)\b(?= optimi[sz]er)|optimi[sz]er (?:is|was) (?P<optimizer_>\w{3,20})",
        r"\bfor (?:a total of )?(?P<epochs>\d{1,4}) epochs\b",
        r"\b(?:for|during|in) (?:a total of )?(?P<steps>\d[\d,.]{0,11}\s?[kKM]?) (?:training )?steps\b",
        r"\bseed (?:of|is|was) (?P<seed>\d{1,10})",
        r"weight decay (?:of|is|was) (?P<weight_decay>\d[\d.]{0,9}(?:e-\d{1,2})?)",
    )
)
# Words of which one stands where training is spoken of.
_ABOUT_TRAINING = ("train", "tun", "optimi", "learning rate")
# Code that holds training settings, rather than a call that takes a batch size.
_TRAINING_CODE = ("learning_rate", "num_train_epochs", "num_epochs", "trainingarguments", "optimizer")
_NOTHING = ("[more information", "needed", "none", "n/a", "unknown", "-", "todo", "tbd")


class Hyperparameter(msgspec.Struct, frozen=True):
    """A training setting under its usual name (`learning_rate`, `batch_size`, `epochs`, `optimizer`, `scheduler`, `seed`…)."""

    name: str
    value: str
    where: Location | None = None


def settings_in_card(card: Card) -> list[Hyperparameter]:
    """Return the settings that the card's lists, tables and configurations tell, in the order of their lines.

    `train_batch_size` also counts as `batch_size` where no other is told.
    """
    if not card.places.among(_HINTS):
        return []
    found = [*_in_lines(card), *_in_tables(card)]
    names = {setting.name for setting in found}
    found += [setting for setting in _in_sentences(card) if setting.name not in names]
    names = {setting.name for setting in found}
    if "train_batch_size" in names and "batch_size" not in names:
        first = next(setting for setting in found if setting.name == "train_batch_size")
        found.append(Hyperparameter("batch_size", first.value, first.where))
    return found


def _in_lines(card: Card) -> list[Hyperparameter]:
    """Settings that have a line of their own: "- learning_rate: 2e-05"."""
    found: list[Hyperparameter] = []
    foreign: set[int] | None = None
    for index in indices_with(card, _STEMS):
        line = card.text[card.line_starts[index] : card.line_starts[index + 1] - 1]
        match = _LINE.match(line) if (":" in line or "=" in line) and len(line) <= LINE_LENGTH else None
        if match is None:
            continue
        number = index + card.first_line
        setting = _setting(match["name"], match["value"], card.path, number)
        if setting is None:
            continue
        foreign = _foreign_lines(card) if foreign is None else foreign
        if number not in foreign:
            found.append(setting)
            if len(found) >= SETTING_LIMIT:
                break
    return found


def _foreign_lines(card: Card) -> set[int]:
    """The lines of code blocks that show something else than training."""
    lines: set[int] = set()
    for block in card.code:
        lower = block.text.lower()
        if not any(word in lower for word in _TRAINING_CODE):
            lines.update(range(block.line, block.line + block.text.count("\n") + 1))
    return lines


def _setting(called: str, value: str, path: str, line: int) -> Hyperparameter | None:
    name = _NAMES.get(_usual(called))
    if name is None:
        return None
    value = value.strip().strip("*_`,;\"' ")[:VALUE_LENGTH]
    if not value or value.lower().startswith(_NOTHING):
        return None
    if name not in _WORDED and not _NUMERIC.match(value):
        return None
    # "optimizer = torch.optim.Adam(" is a line of code that goes on; "Optimizer: see below." is a sentence.
    if name in _WORDED and (len(value) > 120 or not any(letter.isalpha() for letter in value)):
        return None
    return Hyperparameter(name, value, Location(path, line=line))


def _in_sentences(card: Card) -> list[Hyperparameter]:
    """Settings told in running text, the first of each name: "a batch size of 1024", "the AdamW optimizer"."""
    found: dict[str, Hyperparameter] = {}
    for line in lines_with(card, _SENTENCE_HINTS):
        if not any(word in line.lowered for word in _ABOUT_TRAINING):
            continue
        for pattern in _SENTENCES:
            match = pattern.search(line.text)
            for name, value in match.groupdict().items() if match is not None else ():
                if value is not None:
                    where = Location(card.path, line=line.number)
                    found.setdefault(name.rstrip("_"), Hyperparameter(name.rstrip("_"), value.rstrip(".,"), where))
    return list(found.values())


def _usual(called: str) -> str:
    plain = _BRACKETS.sub("", called) if "(" in called else called
    return " ".join(plain.lower().replace("_", " ").replace("-", " ").strip(".:*` ").split())


def _in_tables(card: Card) -> list[Hyperparameter]:
    """Tables of `setting | value`, or with one column a setting and one row of values."""
    found: list[Hyperparameter] = []
    for table in card.tables[:100]:
        if len(table.header) < 2:
            continue
        rows = [(table.header[0], table.header[1]), *((row[0], row[1]) for row in table.rows)]
        if len(table.rows) == 1 and len(table.header) > 2:
            rows += list(zip(table.header, table.rows[0], strict=True))
        known = [_setting(name, value, card.path, table.line) for name, value in rows[:SETTING_LIMIT]]
        settings = [setting for setting in known if setting is not None]
        # One name alone may head a table of something else.
        if len(settings) > 1:
            found += settings
    return found[:SETTING_LIMIT]
