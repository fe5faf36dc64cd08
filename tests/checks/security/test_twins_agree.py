from __future__ import annotations

from weighbridge.checks.security.twins_agree import twins_agree
from weighbridge.facts.weights import Weights
from weighbridge.model import Format, Inspection, State, Tensor


def twin(path: str, form: Format, **shapes: tuple[int, ...]) -> Inspection:
    return Inspection(path, form, 0, tuple(Tensor(name, shape, "F32", 0) for name, shape in shapes.items()))


def both(safe: dict[str, tuple[int, ...]], pickled: dict[str, tuple[int, ...]]) -> Weights:
    return Weights(
        (
            twin("model.safetensors", Format.SAFETENSORS, **safe),
            twin("pytorch_model.bin", Format.PYTORCH_ZIP, **pickled),
        )
    )


def test_one_format_has_no_twin() -> None:
    assert (
        twins_agree.function(Weights((twin("model.safetensors", Format.SAFETENSORS, a=(2,)),))).state
        is State.NOT_APPLICABLE
    )


def test_equal_inventories_verify() -> None:
    assert twins_agree.function(both({"a": (2, 3), "b": (4,)}, {"a": (2, 3), "b": (4,)})).state is State.VERIFIED


def test_a_tied_tensor_stored_once_is_no_difference() -> None:
    assert twins_agree.function(both({"a": (2, 3)}, {"a": (2, 3), "tied": (2, 3)})).state is State.VERIFIED


def test_another_shape_is_a_difference() -> None:
    outcome = twins_agree.function(both({"a": (2, 3), "b": (4,)}, {"a": (2, 5), "b": (4,)}))
    assert outcome.state is State.CONTRADICTED
    assert "[2, 3]" in outcome.message
    assert "[2, 5]" in outcome.message


def test_other_names_are_a_difference() -> None:
    assert (
        twins_agree.function(both({"a": (2,), "b": (2,), "c": (2,)}, {"x": (2,), "y": (2,), "c": (2,)})).state
        is State.CONTRADICTED
    )
