"""Each estimator against a naive writing of its formula, against another implementation, and against what must not matter."""

from __future__ import annotations

import math

import pytest

np = pytest.importorskip("numpy")
sklearn = pytest.importorskip("sklearn", reason="needs weighbridge[reuse]")

from sklearn.datasets import load_breast_cancer, load_digits, load_wine  # noqa: E402
from sklearn.preprocessing import scale  # noqa: E402

from weighbridge.decide.transferability import contract  # noqa: E402
from weighbridge.decide.transferability.catalogue import ESTIMATORS  # noqa: E402
from weighbridge.decide.transferability.contract import Estimator, Sample, sample_of  # noqa: E402
from weighbridge.decide.transferability.gbc import gbc  # noqa: E402
from weighbridge.decide.transferability.h_score import h_score  # noqa: E402
from weighbridge.decide.transferability.leep import leep  # noqa: E402
from weighbridge.decide.transferability.linear_probe import linear_probe  # noqa: E402
from weighbridge.decide.transferability.logme import logme  # noqa: E402
from weighbridge.decide.transferability.nearest_neighbours import knn  # noqa: E402
from weighbridge.decide.transferability.nleep import nleep  # noqa: E402
from weighbridge.decide.transferability.parc import parc  # noqa: E402
from weighbridge.decide.transferability.projection import principal  # noqa: E402
from weighbridge.decide.transferability.transrate import transrate  # noqa: E402
from weighbridge.errors import UsageError  # noqa: E402

DATA = {"wine": load_wine, "digits": load_digits, "breast cancer": load_breast_cancer}
BY_NAME = pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda e: e.name)


def real(name: str = "wine") -> Sample:
    data = DATA[name]()
    source = np.random.default_rng(0).dirichlet(np.ones(7), len(data.target))
    return sample_of(scale(data.data), data.target, source)


def clusters(apart: float, *, classes: int = 3, width: int = 8, each: int = 30) -> Sample:
    generator = np.random.default_rng(1)
    labels = np.repeat(np.arange(classes), each)
    features = generator.normal(size=(len(labels), width)) + apart * np.eye(classes, width)[labels]
    logits = apart * np.eye(classes, 5)[labels] + generator.normal(size=(len(labels), 5))
    source = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return sample_of(features, labels, source)


# transformer-ranker 0.2.0 on the standardised features; its H-score divides the means' scatter by n - 1, ours by n.
@pytest.mark.parametrize(
    ("name", "evidence", "score"),
    [
        ("wine", -0.5377070073874614, 1.6726002239252222),
        ("digits", 0.12443109473365939, 5.620022792852235),
        ("breast cancer", -0.8521448383159869, 0.7552971160057416),
    ],
)
def test_logme_and_h_score_agree_with_another_implementation(name: str, evidence: float, score: float) -> None:
    sample = real(name)
    count = len(sample.labels)
    assert logme(sample) == pytest.approx(evidence, abs=1e-4)
    assert h_score(sample) * count / (count - 1) == pytest.approx(score, rel=1e-6)


def test_logme_is_the_evidence_that_bayesian_ridge_reaches() -> None:
    from sklearn.linear_model import BayesianRidge

    sample = real()
    reached = []
    for c in range(sample.classes):
        ridge = BayesianRidge(
            max_iter=1000, tol=1e-10, alpha_1=0, alpha_2=0, lambda_1=0, lambda_2=0, fit_intercept=False,
            compute_score=True,
        )  # fmt: skip
        reached.append(ridge.fit(sample.features, (sample.labels == c).astype(float)).scores_[-1] / len(sample.labels))
    assert logme(sample) == pytest.approx(np.mean(reached), abs=1e-6)


def test_leep_by_its_formula() -> None:
    sample = clusters(1.0)
    total = 0.0
    for source, label in zip(sample.source, sample.labels, strict=True):
        expected = 0.0
        for z, share in enumerate(source):
            of_z = sum(sample.source[i][z] for i in range(len(sample.labels)))
            joint = sum(sample.source[i][z] for i in range(len(sample.labels)) if sample.labels[i] == label)
            expected += share * joint / of_z
        total += math.log(expected)
    assert leep(sample) == pytest.approx(total / len(sample.labels))


def test_leep_of_a_perfect_source_is_nought_and_of_a_constant_one_the_entropy_of_the_labels() -> None:
    labels = np.repeat([0, 1, 2], [10, 20, 30])
    features = np.zeros((60, 2))
    assert leep(sample_of(features, labels, np.eye(3)[labels])) == pytest.approx(0)
    entropy = -sum(p * math.log(p) for p in (1 / 6, 1 / 3, 1 / 2))
    assert leep(sample_of(features, labels, np.full((60, 4), 0.25))) == pytest.approx(-entropy)


def test_nleep_is_leep_over_the_mixture() -> None:
    from sklearn.mixture import GaussianMixture

    sample = real()
    reduced = principal(sample.features, 0.8, 64)
    mixture = GaussianMixture(15, covariance_type="diag", reg_covar=1e-4 * reduced.var(), random_state=0).fit(reduced)
    assert nleep(sample) == pytest.approx(leep(sample_of(reduced, sample.labels, mixture.predict_proba(reduced))))


def test_gbc_by_its_formula() -> None:
    sample = clusters(1.0, classes=3, width=4)
    reduced = principal(sample.features, 1.0, 64)
    floor, total = 1e-4 * reduced.var(), 0.0
    for one in range(3):
        for other in range(3):
            if one != other:
                a, b = reduced[sample.labels == one], reduced[sample.labels == other]
                va, vb = np.diag(a.var(axis=0, ddof=1) + floor), np.diag(b.var(axis=0, ddof=1) + floor)
                between, gap = (va + vb) / 2, a.mean(axis=0) - b.mean(axis=0)
                distance = gap @ np.linalg.inv(between) @ gap / 8
                distance += math.log(np.linalg.det(between) / math.sqrt(np.linalg.det(va) * np.linalg.det(vb))) / 2
                total -= math.exp(-distance)
    assert gbc(sample) == pytest.approx(total)


def test_parc_by_its_formula() -> None:
    from scipy.stats import pearsonr, spearmanr

    sample = clusters(1.0, each=8)
    rows, indicators = principal(sample.features, 1.0, 32), np.eye(3)[sample.labels]
    pairs = [(i, j) for i in range(24) for j in range(i)]
    unlike = [1 - pearsonr(rows[i], rows[j])[0] for i, j in pairs]
    other = [1 - pearsonr(indicators[i], indicators[j])[0] for i, j in pairs]
    assert parc(sample) == pytest.approx(spearmanr(unlike, np.round(other, 9))[0] * 100)


def test_transrate_by_its_formula() -> None:
    sample = clusters(1.0, each=5, width=6)
    rows = sample.features - sample.features.mean(axis=0)
    rows /= math.sqrt((rows**2).mean())

    def rate(part: object) -> float:
        z = np.asarray(part)
        return math.log(np.linalg.det(np.eye(z.shape[1]) + z.T @ z / (len(z) * 1e-4))) / 2

    within = sum(rate(rows[sample.labels == c]) / 3 for c in range(3))
    assert transrate(sample) == pytest.approx(rate(rows) - within)


def test_knn_is_leave_one_out_by_cosine() -> None:
    sample = clusters(0.7)
    right = 0
    for i, row in enumerate(sample.features):
        likeness = sample.features @ row / np.linalg.norm(sample.features, axis=1) / np.linalg.norm(row)
        nearest = [j for j in np.argsort(-likeness) if j != i][:5]
        votes = np.zeros(3)
        for j in nearest:
            votes[sample.labels[j]] += 1 + 1e-6 * (1 + likeness[j])
        right += int(votes.argmax() == sample.labels[i])
    assert knn(sample) == right / len(sample.labels)


@BY_NAME
def test_separated_classes_score_above_noise(estimator: Estimator) -> None:
    noise, near, far = (estimator(clusters(apart)) for apart in (0.0, 2.0, 5.0))
    assert noise < near <= far


@BY_NAME
def test_neither_the_order_of_items_nor_the_names_of_classes_matter(estimator: Estimator) -> None:
    sample = clusters(1.5)
    order = np.random.default_rng(2).permutation(len(sample.labels))
    shuffled = sample.only(order)
    renamed = sample_of(sample.features, np.array(["b", "c", "a"])[sample.labels], sample.source)
    is_drawn = estimator in {nleep, linear_probe}  # folds and the mixture's start are drawn by position
    close = pytest.approx(estimator(sample), abs=0.15 if is_drawn else 0, rel=1e-6)
    assert estimator(shuffled) == close
    assert estimator(renamed) == close


@pytest.mark.parametrize("estimator", [logme, h_score, gbc, parc, transrate, knn, nleep], ids=lambda e: e.name)
def test_a_rotation_of_the_features_does_not_matter(estimator: Estimator) -> None:
    sample = clusters(1.5)
    turn = np.linalg.qr(np.random.default_rng(3).normal(size=(8, 8)))[0]
    turned = sample_of(sample.features @ turn, sample.labels)
    assert estimator(turned) == pytest.approx(estimator(sample), rel=1e-6)


@pytest.mark.parametrize("estimator", [h_score, gbc, parc, transrate, knn, nleep, linear_probe], ids=lambda e: e.name)
def test_the_scale_of_the_features_does_not_matter(estimator: Estimator) -> None:
    sample = clusters(1.5)
    assert estimator(sample_of(sample.features * 1000, sample.labels)) == pytest.approx(estimator(sample), rel=1e-4)


@BY_NAME
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize(
    "features",
    [
        np.zeros((6, 3)),
        np.ones((6, 1)),
        np.eye(6),
        np.random.default_rng(0).normal(size=(6, 400)) * 1e6,
        np.random.default_rng(0).normal(size=(6, 4)) * 1e-9,
    ],
    ids=["zeros", "constant", "one item a direction", "wide", "tiny"],
)
@pytest.mark.parametrize("labels", [[0, 1, 0, 1, 0, 1], [0, 1, 1, 1, 1, 1], [0, 1, 2, 3, 4, 5]], ids=str)
def test_hopeless_samples_give_a_number(estimator: Estimator, features: object, labels: list[int]) -> None:
    sample = sample_of(features, labels, np.full((6, 2), 0.5))
    assert math.isfinite(estimator(sample))


@pytest.mark.parametrize(
    ("features", "labels", "source", "said"),
    [
        (np.zeros((3, 2)), [0, 0, 0], None, "one class"),
        (np.zeros((3, 2)), [0, 1], None, "do not match"),
        (np.full((2, 2), np.nan), [0, 1], None, "finite"),
        (np.zeros((2, 2)), [0, 1], [[2.0, -1.0], [1.0, 0.0]], "not probabilities"),
    ],
)
def test_what_is_no_sample_is_refused(features: object, labels: list[int], source: object, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        sample_of(features, labels, source)


@BY_NAME
def test_every_estimator_tells_what_it_measures_whence_and_where_it_fails(estimator: Estimator) -> None:
    assert set(estimator.docs) == {"summary", *contract.SECTIONS}
    assert all(estimator.docs.values())
