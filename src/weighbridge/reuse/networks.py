"""Candidates as networks: a backbone that turns items into features, and a head that turns features into classes.

Only weights in safetensors are loaded, and only by architectures that `transformers` holds itself: nothing of the model is executed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from torch import nn

from weighbridge.errors import FormatError
from weighbridge.reuse.tokens import Tokens, cut_length, outputs


class Encoder(nn.Module):  # type: ignore[misc]
    """A transformer whose tokens' last states are brought together: their mean, or the first token's."""

    def __init__(self, network: Any, *, first: bool) -> None:
        super().__init__()
        self.network, self.first = network, first
        self.width: int = network.config.hidden_size

    def forward(self, input_ids: Any, attention_mask: Any) -> Any:
        """Return a row of features a text."""
        states = self.network(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return states[:, 0] if self.first else _mean(states, attention_mask)


class Table(nn.Module):  # type: ignore[misc]
    """A static embedding: the mean of the tokens' rows."""

    def __init__(self, rows: Any) -> None:
        super().__init__()
        self.embedding = nn.Embedding.from_pretrained(rows.float(), freeze=False)
        self.width: int = rows.shape[1]

    def forward(self, input_ids: Any, attention_mask: Any) -> Any:
        """Return a row of features a text."""
        return _mean(self.embedding(input_ids), attention_mask)


class Neighbours(nn.Module):  # type: ignore[misc]
    """A vote of the nearest known items, by cosine similarity; gives the logarithm of the shares."""

    def __init__(self, bank: Any, votes: Any, count: int) -> None:
        super().__init__()
        self.bank, self.votes, self.count = nn.Parameter(nn.functional.normalize(bank)), nn.Parameter(votes), count

    def forward(self, features: Any) -> Any:
        """Return a row of log-probabilities an item."""
        likeness = nn.functional.normalize(features) @ self.bank.T
        nearest, which = likeness.topk(self.count, dim=1)
        weights = (nearest + 1.0).unsqueeze(-1)
        shares = (self.votes[which] * weights).sum(1) / weights.sum(1)
        return torch.log(shares.clamp(min=1e-6))


class Classifier(nn.Module):  # type: ignore[misc]
    """A backbone with a head."""

    def __init__(self, backbone: Any, head: Any, tokens: Tokens, labels: tuple[str, ...]) -> None:
        super().__init__()
        self.backbone, self.head, self.tokens, self.labels = backbone, head, tokens, labels

    def forward(self, input_ids: Any, attention_mask: Any) -> Any:
        """Return a row of logits an item."""
        return self.head(self.backbone(input_ids, attention_mask))

    def probabilities(self, items: Any) -> Any:
        """Return a row of class probabilities an item."""
        from scipy.special import softmax

        self.eval()
        return softmax(batched(self, self.tokens, list(items)), axis=1)

    def save(self, folder: Path) -> None:
        """Write the weights and what is needed to build the network around them again."""
        from safetensors.torch import save_file

        folder.mkdir(parents=True, exist_ok=True)
        told: dict[str, Any] = {"labels": self.labels, "length": self.tokens.length, "head": type(self.head).__name__}
        if isinstance(self.head, Neighbours):
            told["neighbours"] = self.head.count
        save_file(
            {k: v.detach().contiguous().clone() for k, v in self.state_dict().items()},
            folder / "classifier.safetensors",
        )
        (folder / "tokenizer.json").write_bytes(self.tokens.path.read_bytes())
        (folder / "classifier.json").write_text(json.dumps(told, indent=2), encoding="utf-8")


def load_classifier(folder: Path, candidate: Path) -> Classifier:
    """Read what `Classifier.save` wrote, around the candidate's architecture."""
    from safetensors.torch import load_file

    told = json.loads((folder / "classifier.json").read_text(encoding="utf-8"))
    weights = load_file(folder / "classifier.safetensors")
    backbone = load_backbone(candidate)
    if told["head"] == "Neighbours":
        head: Any = Neighbours(weights["head.bank"], weights["head.votes"], told["neighbours"])
    else:
        head = nn.Linear(weights["head.weight"].shape[1], weights["head.weight"].shape[0])
    tokens = Tokens(folder / "tokenizer.json", told["length"])
    classifier = Classifier(backbone, head, tokens, tuple(told["labels"]))
    classifier.load_state_dict(weights)
    classifier.eval()
    return classifier


def load_backbone(folder: Path) -> Any:
    """Return a candidate's backbone. Raises `FormatError` when its files hold none that can be built safely."""
    if (rows := _static_rows(folder)) is not None:
        return Table(rows).eval()
    from transformers import AutoModel

    try:
        network = AutoModel.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False, use_safetensors=True, attn_implementation="eager"
        )
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        raise FormatError(f"{folder.name} cannot be loaded: {error}", where=str(folder)) from None
    return Encoder(network, first=_takes_first(folder)).eval()


def load_tokens(folder: Path) -> Tokens:
    """Return a candidate's tokenizer."""
    return Tokens(folder / "tokenizer.json", cut_length(folder))


def batched(network: Any, tokens: Tokens, texts: list[str]) -> Any:
    """Return a network's output for every text, in their order, without gradients."""

    def run(ids: Any, mask: Any) -> Any:
        return network(torch.from_numpy(ids), torch.from_numpy(mask)).float().numpy()

    with torch.inference_mode():
        return outputs(run, tokens, texts)


def _mean(states: Any, mask: Any) -> Any:
    kept = mask.unsqueeze(-1).to(states.dtype)
    return (states * kept).sum(1) / kept.sum(1).clamp(min=1e-9)


def _takes_first(folder: Path) -> bool:
    try:
        told = json.loads((folder / "1_Pooling" / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(isinstance(told, dict) and told.get("pooling_mode_cls_token"))


_STATIC = {"embedding.weight", "embeddings"}


def _static_rows(folder: Path) -> Any:
    """Return the one table of a static embedding (sentence-transformers, model2vec), or None for another model."""
    from safetensors import SafetensorError, safe_open

    path = next(
        (p for p in (folder / "model.safetensors", folder / "0_StaticEmbedding" / "model.safetensors") if p.is_file()),
        None,
    )
    if path is None:
        return None
    try:
        with safe_open(path, framework="pt") as file:
            names = set(file.keys())
            return file.get_tensor(names.pop()) if len(names) == 1 and names <= _STATIC else None
    except SafetensorError as error:
        raise FormatError(f"{path} is no safetensors file: {error}", where=str(path)) from None
