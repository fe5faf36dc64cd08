"""Identifiers of models, datasets and papers, told apart from local paths and other texts."""

from __future__ import annotations

import re

_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,95}(?:/[A-Za-z0-9][\w.-]{0,95})?")
_PAGE = re.compile(
    r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/(?P<kind>datasets/|spaces/|papers/)?"
    r"(?P<id>[A-Za-z0-9][\w.-]{0,95}(?:/[A-Za-z0-9][\w.-]{0,95})?)"
)
# First parts of the Hub's addresses that are no owners.
_PAGE_WORDS = (
    "api blog chat collections course datasets docs enterprise front inference-api inference-endpoints join learn "
    "login models new organizations papers posts pricing privacy settings spaces tasks terms-of-service "
    "transformers sentence-transformers support security autotrain "
)
# Folders in which people keep models: `output/model` names no owner.
_FOLDER_WORDS = (
    "artifacts cache ckpt ckpts checkpoint checkpoints content data drive exp experiments experiment finetuned home "
    "local logs mnt model models my_model old_models opt out output outputs pretrained pretrained_models result "
    "results root run runs save saved saved_model saved_models scratch tmp trained training weights workspace work "
    "users "
)
# How the Hub's oldest models begin, which have no owner in their id.
_OWNERLESS = re.compile(
    r"(?:albert|bert|camembert|ctrl|distilbert|distilgpt2|distilroberta|gpt2|openai-gpt|roberta|t5|transfo-xl|xlm|xlnet)"
    r"(?:-[\w.-]{1,80})?"
)

_PAGES = frozenset(_PAGE_WORDS.split())
_FOLDERS = frozenset(_FOLDER_WORDS.split())


def is_id(text: str) -> bool:
    """Whether a text has the letters of a registry id: `name` or `owner/name`."""
    return _ID.fullmatch(text) is not None


def is_model_id(text: str) -> bool:
    """Whether a text is likely a model's id on the Hub rather than a path on somebody's disk."""
    owner, slash, name = text.partition("/")
    if not slash:
        return _OWNERLESS.fullmatch(text) is not None
    return is_id(text) and owner.lower() not in _FOLDERS and not name.lower().startswith(("checkpoint", "epoch"))


def model_of(target: str) -> str:
    """Return the model id in a link to a model's page on the Hub, empty for any other link."""
    match = _PAGE.match(target)
    if match is None or match["kind"] or match["id"].partition("/")[0] in _PAGES:
        return ""
    return match["id"] if is_model_id(match["id"]) else ""


def dataset_of(target: str) -> str:
    """Return the dataset id in a link to a dataset's page on the Hub, empty for any other link."""
    match = _PAGE.match(target)
    if match is None or match["kind"] != "datasets/":
        return ""
    owner, slash, name = match["id"].partition("/")
    # Behind an ownerless dataset's id come the tabs of its page.
    return owner if slash and name in {"viewer", "tree", "blob", "resolve", "discussions"} else match["id"]
