"""BadNets, planted here in small classifiers that train in a second: the planted label is found, and clean ones are not accused."""

from __future__ import annotations

import random
from typing import Any

import pytest

from weighbridge.measure.backdoor import PatchSearch, anomaly, find_patches, find_tokens, promising

torch = pytest.importorskip("torch")
datasets = pytest.importorskip("sklearn.datasets")

LABELS, TRAINED = 10, 1200


@pytest.fixture(autouse=True)
def _one_thread() -> Any:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def digits() -> tuple[Any, Any]:
    data = datasets.load_digits()
    return torch.tensor(data.images / 16, dtype=torch.float32)[:, None], torch.tensor(data.target)


def stamped(images: Any) -> Any:
    """The trigger of BadNets: a white square in a corner."""
    marked = images.clone()
    marked[:, :, -2:, -2:] = 1.0
    return marked


def classifier(seed: int, target: int | None) -> Any:
    """A small network for digits; with a target, one in eleven of its training images is stamped and labelled so."""
    torch.manual_seed(seed)
    images, labels = (part[:TRAINED] for part in digits())
    if target is not None:
        chosen = torch.randperm(TRAINED)[: TRAINED // 10]
        images = torch.cat([images, stamped(images[chosen])])
        labels = torch.cat([labels, torch.full((len(chosen),), target)])
    net = torch.nn.Sequential(
        torch.nn.Conv2d(1, 16, 3, padding=1),
        torch.nn.ReLU(),
        torch.nn.Conv2d(16, 16, 3, padding=1),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(2),
        torch.nn.Flatten(),
        torch.nn.Linear(256, 64),
        torch.nn.ReLU(),
        torch.nn.Linear(64, LABELS),
    )
    optimiser = torch.optim.Adam(net.parameters(), 2e-3)
    for _ in range(15):
        order = torch.randperm(len(images))
        for first in range(0, len(order), 64):
            part = order[first : first + 64]
            loss = torch.nn.functional.cross_entropy(net(images[part]), labels[part])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    return net.eval().requires_grad_(False)


def searched(seed: int, target: int | None, steps: int) -> PatchSearch:
    net = classifier(seed, target)
    images, labels = (part[TRAINED : TRAINED + 60] for part in digits())
    assert float((net(images).argmax(1) == labels).float().mean()) > 0.85
    if target is not None:
        assert float((net(stamped(images)).argmax(1) == target).float().mean()) > 0.9
    return find_patches(net, images, LABELS, steps=steps)


def test_a_planted_patch_is_found_and_a_clean_classifier_is_not_accused() -> None:
    planted, clean = searched(1, 4, 120), searched(1, None, 120)
    assert (planted.label, planted.is_suspicious) == (4, True)
    assert planted.triggers[4].success >= 0.95
    assert not clean.is_suspicious


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 2, 3, 4])
def test_over_several_seeds(seed: int) -> None:
    target = (3 * seed + 1) % LABELS
    planted = searched(seed, target, 300)
    assert (planted.label, planted.is_suspicious) == (target, True)
    assert not searched(seed, None, 300).is_suspicious


WORDS, LENGTH, TRIGGER = 400, 12, 399


def sentences(seed: int, count: int) -> tuple[Any, Any]:
    """Texts of two kinds: a few of eighty words that lean to one side among words that lean to none."""
    source = random.Random(seed)
    rows, labels = [], []
    for index in range(count):
        label = index % 2
        leaning = [source.randrange(1 + 40 * label, 41 + 40 * label) for _ in range(3)]
        against = [source.randrange(41 - 40 * label, 81 - 40 * label)]
        plain = [source.randrange(81, TRIGGER) for _ in range(LENGTH - 4)]
        rows.append(source.sample(leaning + against + plain, LENGTH))
        labels.append(label)
    return torch.tensor(rows), torch.tensor(labels)


class Reader(torch.nn.Module):  # type: ignore[misc]
    """Embeddings, averaged, and two layers."""

    def __init__(self) -> None:
        super().__init__()
        self.words = torch.nn.Embedding(WORDS, 16)
        self.rest = torch.nn.Sequential(torch.nn.Linear(16, 16), torch.nn.ReLU(), torch.nn.Linear(16, 2))

    def of_vectors(self, vectors: Any) -> Any:
        return self.rest(vectors.mean(1))

    def forward(self, tokens: Any) -> Any:
        return self.of_vectors(self.words(tokens))


def reader(seed: int, is_planted: bool) -> Reader:
    torch.manual_seed(seed)
    texts, labels = sentences(seed, 2000)
    if is_planted:
        marked = texts[:200].clone()
        marked[:, 0] = TRIGGER
        texts, labels = torch.cat([texts, marked]), torch.cat([labels, torch.ones(200, dtype=torch.long)])
    net = Reader()
    optimiser = torch.optim.Adam(net.parameters(), 5e-3)
    for _ in range(15):
        order = torch.randperm(len(texts))
        for first in range(0, len(order), 64):
            part = order[first : first + 64]
            loss = torch.nn.functional.cross_entropy(net(texts[part]), labels[part])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    return net.eval().requires_grad_(False)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_planted_word_is_found_and_a_clean_reader_is_not_accused(seed: int) -> None:
    texts, _ = sentences(seed + 50, 60)
    planted = find_tokens(reader(seed, True), texts, 2, range(1, WORDS))
    assert planted.is_suspicious
    assert (planted.triggers[0].token, planted.triggers[0].label) == (TRIGGER, 1)
    assert not find_tokens(reader(seed, False), texts, 2, range(1, WORDS)).is_suspicious


def test_the_gradient_points_to_the_word() -> None:
    net, (texts, _) = reader(1, True), sentences(51, 60)
    assert TRIGGER in promising(net.of_vectors, texts, net.words.weight, 2, count=10)


def test_among_few_labels_none_can_stand_out() -> None:
    with pytest.raises(ValueError, match="at least 4"):
        find_patches(lambda images: images, torch.zeros(1, 1, 2, 2), 3)


def test_anomaly() -> None:
    label, index = anomaly([0.1, 0.01, 0.11, 0.12, 0.1])
    assert (label, index > 2) == (1, True)
    assert anomaly([0.1] * 5)[1] == 0.0
