"""What the checks of pickles say: of every way to name and to call, of carried pickles, of every container."""

from __future__ import annotations

import bz2
import collections
import datetime
import gzip
import io
import lzma
import pathlib
import pickle
import tarfile
import uuid
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.checks.security.pickled import alarms, blob, call, name, outcomes, pickled, scanned, text, zipped
from tests.formats.seeds_pickle import Calls, Named, Storage, dumped
from weighbridge.checks.security.pickle_policy import Level, judge_call, judge_reference, lists
from weighbridge.model import Severity

CRITICAL, HIGH, MEDIUM = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM
PAYLOAD = pickled(call("os.getcwd"))


BENIGN = [
    [1, "two", 3.0, None, True, b"bytes", {4: (5, {6})}, frozenset({7})],
    collections.OrderedDict(a=np.zeros((3, 4)), b=np.float32(1), c=np.array(["x", None], dtype=object)),
    [datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC), uuid.uuid4(), pathlib.PurePosixPath("a"), type(None)],
    collections.defaultdict(list, a=[1]),
    [np.random.default_rng(0), np.random.RandomState(0), np.dtype("f4"), np.ma.masked_array([1], [True])],
    [1j, range(3), slice(1), bytearray(b"x"), Ellipsis, NotImplemented, collections.Counter("abc")],
    "import os; os.system('id')  # code in a text is a text",
]


@pytest.mark.parametrize("value", BENIGN)
@pytest.mark.parametrize("protocol", range(6))
def test_plain_values_raise_no_alarm(value: object, protocol: int) -> None:
    file = scanned(pickle.dumps(value, protocol))
    assert alarms(pickle.dumps(value, protocol)) == {}
    assert "pickles" in file.scanners
    assert file.incomplete == ""


@pytest.mark.parametrize(
    "value",
    [
        Calls("torch._utils", "_rebuild_tensor_v2", Storage("FloatStorage", "0", 4), 0, (2, 2), (2, 1), False),
        Calls("sklearn.neighbors._kd_tree", "newObj", Named("sklearn.neighbors._kd_tree", "KDTree")),
        Calls("builtins", "getattr", Named("torch.nn.modules.activation", "ReLU"), "forward"),
        Calls("functools", "partial", Named("torch.nn.modules.normalization", "LayerNorm"), state={"eps": 1e-6}),
        Calls("pandas._libs.internals", "_unpickle_block", [1], 2),
        Calls("copyreg", "_reconstructor", Named("sklearn.tree._classes", "DecisionTreeClassifier"), None),
        [Named("numpy", "log1p"), Named("torch.nn.functional", "relu")],
    ],
)
def test_what_models_are_made_of_raises_no_alarm(value: object) -> None:
    assert alarms(dumped(value, 2), "model.pt") == {}


def test_a_nested_class_is_a_plain_name() -> None:
    assert alarms(pickled(text("transformers.trainer"), text("Trainer.State"), b"\x93")) == {}
    assert "SE003" in alarms(pickled(text("transformers.trainer"), text("Trainer.run"), b"\x93"))


def test_methods_that_old_protocols_look_up() -> None:
    zone = call("builtins.getattr", name("zoneinfo.ZoneInfo"), text("_unpickle"))
    assert alarms(pickled(zone, b"(", text("UTC"), b"K\1tR")) == {}
    assert (
        alarms(pickled(call("builtins.getattr", name("pathlib.Path"), text("read_text")), b"(tR"))["SE003"] == CRITICAL
    )


def test_an_array_of_objects_in_a_joblib_file_is_read_as_joblib_reads_it() -> None:
    state = {"shape": (2,), "order": "C", "dtype": Calls("numpy", "dtype", "O")}
    wrapper = Calls("joblib.numpy_pickle", "NumpyArrayWrapper", state=state)
    inner = pickle.dumps(np.array(["a", None], dtype=object), 4)
    assert alarms(dumped(wrapper, 2)[:-1] + inner + b".") == {}
    assert alarms(dumped(wrapper, 2)[:-1] + PAYLOAD + b".")["SE001"] == CRITICAL


def test_the_ninth_lookup_is_looked_at_as_the_first() -> None:
    plain = [call("builtins.getattr", name("sklearn.base.BaseEstimator"), text(f"a{i}")) + b"0" for i in range(300)]
    hidden = call("builtins.getattr", name("sklearn.base.BaseEstimator"), text("__globals__"))
    assert alarms(pickled(*plain, hidden))["SE001"] == CRITICAL
    wrapped = [call("functools.partial", name("torch.nn.Linear"), b"K" + bytes([i])) + b"0" for i in range(250)]
    assert alarms(pickled(*wrapped, call("functools.partial", name("os.getcwd"))))["SE001"] == CRITICAL


def test_a_finding_shows_the_call_its_place_and_how_often() -> None:
    data = zipped({"archive/data.pkl": pickled(*[call("os.system", text("id")) + b"0" for _ in range(3)], b"N")})
    (_, outcome), *rest = outcomes(data, "model.pt")
    assert not rest
    assert outcome.message == "model.pt!archive/data.pkl@0x16: loading calls os.system('id'), 3 times."
    assert outcome.subject == "model.pt"


def test_what_ran_before_an_error_counts() -> None:
    assert alarms(PAYLOAD[:-1] + b"\xff garbage")["SE001"] == CRITICAL
    assert alarms(b"\x80\x04N." + PAYLOAD)["SE001"] == CRITICAL
    assert alarms(b"\x80\x04N.\0\0\0garbage" + PAYLOAD)["SE001"] == CRITICAL


def test_torch_loads_what_it_carries() -> None:
    magic = pickle.dumps(0x1950A86A20F9469CFC6C, 2)
    inner = magic + pickle.dumps(1001, 2) + pickle.dumps({}, 2) + b"\x80\x02cos\ngetcwd\n)R." + b"\x80\x02]."
    carried = pickled(call("torch.storage._load_from_bytes", blob(inner)))
    assert alarms(carried)["SE001"] == CRITICAL
    clean = magic + pickle.dumps(1001, 2) + pickle.dumps({}, 2) + b"\x80\x02N." + b"\x80\x02]."
    assert alarms(pickled(call("torch.storage._load_from_bytes", blob(clean)))) == {}


def _tar(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        entry = tarfile.TarInfo("pickle")
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def _npy(data: bytes) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, {"descr": "|O", "fortran_order": False, "shape": (1,)})
    return buffer.getvalue() + data


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("model.pt", zipped({"archive/data.pkl": PAYLOAD, "archive/version": b"3\n"})),
        ("model.pt", zipped({"archive/data.pkl": b"\x80\x02N.", "archive/other.bin": PAYLOAD})),
        ("model.bin", PAYLOAD),
        ("model.safetensors", PAYLOAD),
        ("no-extension", PAYLOAD),
        ("model.pkl.gz", gzip.compress(PAYLOAD, mtime=0)),
        ("model.pkl", bz2.compress(lzma.compress(zlib.compress(PAYLOAD)))),
        ("old.pt", _tar(PAYLOAD)),
        ("array.npy", _npy(PAYLOAD)),
        ("array.npy", PAYLOAD),
        ("arrays.npz", zipped({"a.npy": _npy(PAYLOAD)})),
        ("deep.zip", zipped({"a.zip": zipped({"b.tar": _tar(gzip.compress(PAYLOAD, mtime=0))})})),
        ("model.pt", b"\x7fJUNK" * 20 + zipped({"archive/data.pkl": PAYLOAD})),
        ("weights.bin", bytes(range(128, 160)) * 100 + PAYLOAD),
    ],
)
def test_every_container_is_looked_into(path: str, data: bytes) -> None:
    assert CRITICAL in alarms(data, path).values()


def test_an_arrays_bytes_do_not_hide_a_payload_from_plain_unpicklers() -> None:
    state = {"subclass": None, "shape": (len(PAYLOAD),), "order": "C", "dtype": Calls("numpy", "dtype", "u1")}
    wrapper = Calls("joblib.numpy_pickle", "NumpyArrayWrapper", state=state)
    assert alarms(dumped(wrapper, 2)[:-1] + call("os.getcwd") + bytes(40) + b".")["SE001"] == CRITICAL


def test_a_text_that_begins_like_opcodes_is_a_text() -> None:
    assert alarms(b"class Model(nn.Module):\n  def forward(self):\n    pass\n", "notes.dat") == {}
    assert alarms(b"import os\nfrom x import y\n", "notes.dat") == {}


def test_spent_budgets_end_in_not_scanned() -> None:
    many = b"\x80\x04(" + b"".join(b"cm%d\nx\n" % number for number in range(12_000)) + b"t."
    assert scanned(many).incomplete
    assert scanned(b"N." * 20_000 + PAYLOAD).incomplete
    assert scanned(pickled(blob(pickled(blob(pickled(blob(pickled(blob(pickled(blob(PAYLOAD))))))))))).incomplete


@pytest.mark.parametrize(
    ("path", "level"),
    [
        ("torch._utils._rebuild_tensor_v2", Level.HARMLESS),
        ("torch.nn.modules.linear.Linear", Level.HARMLESS),
        ("numpy.core._internal._reconstruct", Level.HARMLESS),
        ("torch.jit.CompilationUnit", Level.DANGEROUS),
        ("numpy.memmap", Level.MALICIOUS),
        ("torch.utils.tensorboard.writer.SummaryWriter", Level.DANGEROUS),
        ("aiohttp.client.ClientSession", Level.DANGEROUS),
        ("numpy.testing._private.utils.runstring", Level.MALICIOUS),
        ("numpy.__builtins__", Level.MALICIOUS),
        ("pip.main", Level.MALICIOUS),
        ("nt.system", Level.MALICIOUS),
    ],
)
def test_a_call_is_judged_by_what_is_called(path: str, level: Level) -> None:
    assert judge_call(path).level is level


def test_lists_hold_names_that_agree_with_themselves() -> None:
    known = lists()
    assert not known.referenced & known.called
    assert not known.wrapping & known.called
    assert all(judge_call(path).level is Level.HARMLESS for path in known.called)
    assert all(judge_reference(path).level is Level.HARMLESS for path in known.referenced | known.called)
    assert not known.libraries & known.standard


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_scanned_without_an_error(data: bytes) -> None:
    scanned(b"\x80\x04" + data)
    scanned(PAYLOAD[:10] + data + PAYLOAD, "x.pt")


@pytest.mark.parametrize(
    "path",
    ["torch.package.PackageImporter", "numpy.DataSource", "joblib.memory.MemorizedFunc", "tensorflow.raw_ops.WriteFile",
     "ultralytics.YOLO", "transformers.utils.import_utils._LazyModule", "cython.inline"],
)  # fmt: skip
def test_classes_that_open_what_they_are_constructed_with(path: str) -> None:
    assert judge_call(path).level >= Level.DANGEROUS


@pytest.mark.parametrize(
    ("path", "expression", "level"),
    [
        ("lightgbm.Booster", "lightgbm.Booster(None, None, 'model')", Level.DANGEROUS),
        ("xgboost.core.Booster", "xgboost.core.Booster(None, (), 'm.ubj')", Level.DANGEROUS),
        ("xgboost.core.Booster", "xgboost.core.Booster()", Level.HARMLESS),
        ("sklearn.svm.SVC", "sklearn.svm.SVC('rbf')", Level.HARMLESS),
        ("tokenizers.AddedToken", "tokenizers.AddedToken('</s>')", Level.HARMLESS),
        ("timm.models.Net", "timm.models.Net('https://host/weights')", Level.REVIEW),
        ("timm.models.Net", "timm.models.Net('/etc/passwd')", Level.REVIEW),
        ("timm.models.Net", "timm.models.Net('weights/model.pkl')", Level.REVIEW),
    ],
)
def test_texts_that_a_class_may_open(path: str, expression: str, level: Level) -> None:
    assert judge_call(path, (), expression, "REDUCE").level is level


def test_what_is_only_made_opens_nothing() -> None:
    assert judge_call("xgboost.core.Booster", (), "xgboost.core.Booster('x')", "NEWOBJ").level is Level.HARMLESS


def test_a_function_is_no_class_to_be_instantiated() -> None:
    assert judge_call("torch.load", opcode="NEWOBJ").level is Level.MALICIOUS
    assert judge_call("copyreg.__newobj__", ["torch.load"]).level is Level.MALICIOUS
    assert judge_call("scipy.sparse._csr.csr_matrix", opcode="NEWOBJ").level is Level.HARMLESS
