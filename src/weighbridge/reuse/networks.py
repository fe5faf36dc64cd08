"""Candidates as networks: a backbone that turns items into features, and a head that turns features into classes.

Only weights in safetensors are loaded, and only by architectures that `transformers` holds itself; graphs in ONNX are made of the
runtime's own operators: nothing of the model is executed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from torch import nn

from weighbridge.errors import FormatError
from weighbridge.measure.images import preparation
from weighbridge.measure.tasks import Item
from weighbridge.reuse.contract import Bench
from weighbridge.reuse.graphs import Graph, graph_in, load_graph
from weighbridge.reuse.pixels import Pixels, image_settings
from weighbridge.reuse.preprocessing import Preprocessor, load_preprocessor, outputs
from weighbridge.reuse.tokens import TOKENIZER, Tokens, cut_length


class Encoder(nn.Module):  # type: ignore[misc]
    """A transformer whose tokens' last states are brought together: their mean, or the first token's."""

    def __init__(self, network: Any, *, first: bool) -> None:
        super().__init__()
        self.network, self.first = network, first

    def forward(self, input_ids: Any, attention_mask: Any) -> Any:
        """Return a row of features a text."""
        states = self.network(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return states[:, 0] if self.first else _mean(states, attention_mask)


class ImageEncoder(nn.Module):  # type: ignore[misc]
    """A network of images: the state of its class token, or the mean over all places."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network
        self.first = any(name.endswith(("cls_token", "class_embedding")) for name, _ in network.named_parameters())

    def forward(self, pixel_values: Any) -> Any:
        """Return a row of features an image."""
        states = self.network(pixel_values=pixel_values).last_hidden_state
        if states.ndim == 4:  # a convolution's: channels, height, width
            return states.mean((2, 3))
        return states[:, 0] if self.first else states.mean(1)


class Table(nn.Module):  # type: ignore[misc]
    """A static embedding: the mean of the tokens' rows."""

    def __init__(self, rows: Any) -> None:
        super().__init__()
        self.embedding = nn.Embedding.from_pretrained(rows.float(), freeze=False)

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

    def __init__(self, backbone: Any, head: Any, preprocessor: Preprocessor, labels: tuple[str, ...]) -> None:
        super().__init__()
        self.backbone, self.head, self.preprocessor, self.labels = backbone, head, preprocessor, labels

    def forward(self, *inputs: Any) -> Any:
        """Return a row of logits an item."""
        return self.head(self.backbone(*inputs))

    def probabilities(self, items: Any) -> Any:
        """Return a row of class probabilities an item."""
        from scipy.special import softmax

        self.eval()
        return softmax(batched(self, self.preprocessor, items), axis=1)

    def save(self, folder: Path) -> None:
        """Write the weights and what is needed to build the network around them again."""
        from safetensors.torch import save_file

        folder.mkdir(parents=True, exist_ok=True)
        told: dict[str, Any] = {
            "labels": self.labels,
            "head": type(self.head).__name__,
            **self.preprocessor.save(folder),
        }
        if isinstance(self.head, Neighbours):
            told["neighbours"] = self.head.count
        save_file(
            {k: v.detach().contiguous().clone() for k, v in self.state_dict().items()},
            folder / "classifier.safetensors",
        )
        (folder / "classifier.json").write_text(json.dumps(told, indent=2), encoding="utf-8")


def classifier_around(head: Any, bench: Bench) -> Classifier:
    """Return the candidate's own network with a head behind it."""
    backbone, preprocessor = load_network(Path(bench.profile.folder), bench.material.kind)
    return Classifier(backbone, head, preprocessor, bench.material.labels)


def load_classifier(folder: Path, candidate: Path) -> Classifier:
    """Read what `Classifier.save` wrote, around the candidate's architecture."""
    from safetensors.torch import load_file

    told = json.loads((folder / "classifier.json").read_text(encoding="utf-8"))
    weights = load_file(folder / "classifier.safetensors")
    preprocessor = load_preprocessor(folder, told)
    backbone, _ = load_network(candidate, Item.IMAGE if isinstance(preprocessor, Pixels) else Item.TEXT)
    if told["head"] == "Neighbours":
        head: Any = Neighbours(weights["head.bank"], weights["head.votes"], told["neighbours"])
    else:
        head = nn.Linear(weights["head.weight"].shape[1], weights["head.weight"].shape[0])
    classifier = Classifier(backbone, head, preprocessor, tuple(told["labels"]))
    classifier.load_state_dict(weights)
    classifier.eval()
    return classifier


def load_network(folder: Path, kind: Item) -> tuple[Any, Preprocessor]:
    """Return a candidate's backbone and what prepares its items. Raises `FormatError` when its files hold none that can be built safely."""
    if kind is Item.IMAGE:
        return _of_images(folder)
    return _of_texts(folder), Tokens(folder / TOKENIZER, cut_length(folder))


def _of_texts(folder: Path) -> Any:
    if (rows := _static_rows(folder)) is not None:
        return Table(rows).eval()
    return Encoder(_transformer(folder), first=_takes_first(folder)).eval()


def _of_images(folder: Path) -> tuple[Any, Preprocessor]:
    if (path := graph_in(folder)) is not None:
        return load_graph(path)
    network = _transformer(folder)
    network = getattr(network, "vision_model", network)
    channels, side = (getattr(network.config, name, None) for name in ("num_channels", "image_size"))
    height, width = side if isinstance(side, list | tuple) and len(side) == 2 else (side, side)
    return ImageEncoder(network).eval(), Pixels(preparation((channels, height, width), image_settings(folder)))


def _transformer(folder: Path) -> Any:
    from transformers import AutoModel

    try:
        return AutoModel.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False, use_safetensors=True, attn_implementation="eager"
        )
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        raise FormatError(f"{folder.name} cannot be loaded: {error}", where=str(folder)) from None


def size_of(backbone: Any) -> int:
    """Return how many parameters a backbone has."""
    return backbone.size if isinstance(backbone, Graph) else sum(p.numel() for p in backbone.parameters())


def batched(network: Any, preprocessor: Preprocessor, items: Any) -> Any:
    """Return a network's output for every item, in their order, without gradients."""

    def run(*inputs: Any) -> Any:
        return network(*map(torch.from_numpy, inputs)).float().numpy()

    with torch.inference_mode():
        return outputs(run, preprocessor, items)


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
