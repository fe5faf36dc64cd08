"""Archives and compressed files: members scanned as what they are, and what lies beside them."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib

import pytest

from tests.facts.scanners.looking import ELF, PE, kinds, look, seen, zipped

EVIL = "a: !!python/object/apply:os.system [echo inert]\n"


def tarred(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_members_are_scanned(method: int) -> None:
    found = look("model.zip", zipped({"deep/a.yaml": EVIL, "b.txt": "plain"}, method))
    (observation,) = found.observations
    assert str(observation.where) == "model.zip!deep/a.yaml:1"
    assert found.incomplete == ""


def test_archives_in_archives_are_scanned_to_a_limit() -> None:
    data = zipped({"a.yaml": EVIL})
    for _ in range(3):
        data = zipped({"inner.zip": data})
    found = look("model.zip", data)
    assert found.observations[0].where.member == "inner.zip!inner.zip!inner.zip!a.yaml"
    assert "levels" in look("model.zip", data, depth=2).incomplete


@pytest.mark.parametrize("name", ["../evil.txt", "/etc/cron.d/x", "a/../../b", "C:\\x", "..\\evil"])
def test_names_that_leave_the_folder(name: str) -> None:
    assert f"archive.traversal {name}" in seen(look("model.zip", zipped({name: "x"})))


def test_names_with_points_stay() -> None:
    assert look("model.zip", zipped({"a..b/c...txt": "x", "..a": "y"})).observations == ()


def test_a_bomb_is_not_unpacked() -> None:
    found = look("model.zip", zipped({"zeros.bin": bytes(2_000_000)}, zipfile.ZIP_DEFLATED), unpacked_bytes=100_000)
    assert kinds(found) == {"archive.bomb"}
    assert "zeros.bin" in found.incomplete


def test_what_stands_before_and_behind_an_archive_is_looked_at() -> None:
    before = look("model.pt", b"#!/bin/sh\necho inert\nexit\n" + zipped({"a.txt": "x"}))
    assert {"archive.prefix", "executable.script"} <= kinds(before)
    behind = look("model.pt", zipped({"a.txt": "x"}) + PE)
    assert {"archive.trailing", "executable.pe"} <= kinds(behind)


def test_padding_behind_an_archive_is_nothing() -> None:
    assert look("model.zip", zipped({"a.txt": "x"}) + bytes(512)).observations == ()


def without_middle_entry(data: bytes) -> bytes:
    """Take the second of three entries out of a zip's directory; the member itself stays."""
    first = data.index(b"PK\1\2")
    second = data.index(b"PK\1\2", first + 4)
    third = data.index(b"PK\1\2", second + 4)
    end = data.index(b"PK\5\6")
    size = end - first - (third - second)
    record = data[end : end + 8] + (2).to_bytes(2, "little") * 2 + size.to_bytes(4, "little") + data[end + 16 :]
    return data[:second] + data[third:end] + record


def test_a_member_that_the_directory_hides_is_scanned() -> None:
    found = look("model.zip", without_middle_entry(zipped({"a.txt": "x", "b.yaml": EVIL, "c.txt": "y"})))
    assert {"archive.gap", "yaml.object-apply"} <= kinds(found)


def test_numbers_of_a_checkpoint_are_not_scanned_but_looked_at() -> None:
    members = {"m/data.pkl": b"\x80\x02N.", "m/data/0": b"\x9a" * 64, "m/data/1": ELF}
    found = look("model.pt", zipped(members))
    assert "executable.in-tensor elf" in seen(found)
    assert found.incomplete == ""


def test_a_library_in_a_checkpoint_is_told_with_its_place() -> None:
    found = look("model.pt2", zipped({"m/data.pkl": b"\x80\x02N.", "m/extra/run.so": ELF}))
    assert seen(found)["executable.elf elf"].details["container"] == "torch"


def test_encrypted_members_are_said_to_be_unread() -> None:
    data = bytearray(zipped({"a.yaml": EVIL}, zipfile.ZIP_DEFLATED))
    for mark, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(mark) + place] |= 1
    body = data.index(b"a.yaml") + 6
    data[body : body + 8] = b"\xff" * 8
    found = look("model.zip", bytes(data))
    assert "a.yaml" in found.incomplete
    assert "archive.irregular" in kinds(found)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zlib.compress])
def test_compressed_files_are_scanned_as_what_they_hold(pack: object) -> None:
    found = look("a.yaml.z", pack(EVIL.encode()))  # type: ignore[operator]
    assert "yaml.object-apply os.system" in seen(found)
    assert found.incomplete == ""


def test_lzma_alone_and_lz4_and_zstd() -> None:
    assert "yaml.object-apply os.system" in seen(look("a.yaml.lzma", lzma.compress(EVIL.encode(), lzma.FORMAT_ALONE)))
    for name in ("lz4.frame", "zstandard"):
        module = pytest.importorskip(name)
        assert "yaml.object-apply os.system" in seen(look("a.yaml.packed", module.compress(EVIL.encode())))


def test_streams_one_after_the_other_are_read_on() -> None:
    found = look("a.yaml.gz", gzip.compress(b"x: 1\n") + gzip.compress(EVIL.encode()))
    assert "yaml.object-apply os.system" in seen(found)


def test_a_compressed_file_that_breaks_off_is_scanned_as_far_as_it_goes() -> None:
    packed = gzip.compress(EVIL.encode() + bytes(str(list(range(50_000))), "ascii"))
    found = look("a.yaml.gz", packed[:-2000])
    assert {"archive.broken", "yaml.object-apply"} <= kinds(found)


def test_what_follows_compressed_data_is_told() -> None:
    assert "archive.trailing compressed data" in seen(look("a.txt.gz", gzip.compress(b"text") + b"more"))


def test_a_compressed_bomb_ends_in_not_scanned() -> None:
    found = look("a.txt.gz", gzip.compress(bytes(3_000_000)), unpacked_bytes=1_000_000)
    assert found.incomplete
    assert found.is_model
    assert kinds(found) == {"archive.bomb"}


def test_tar_members_are_scanned() -> None:
    found = look("model.nemo", tarred(**{"model_config.yaml": EVIL.encode(), "weights.bin": b""}))
    assert found.observations[0].where.member == "model_config.yaml"


def test_long_names_in_tar() -> None:
    name = "a" * 300 + "/x.yaml"
    for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
            info = tarfile.TarInfo(name)
            info.size = len(EVIL)
            archive.addfile(info, io.BytesIO(EVIL.encode()))
        assert look("m.tar", buffer.getvalue()).observations[0].where.member == name


@pytest.mark.parametrize(
    ("name", "link", "kind", "is_out"),
    [
        ("a", "/etc/passwd", tarfile.SYMTYPE, True),
        ("a", "../x", tarfile.SYMTYPE, True),
        ("deep/a", "../x", tarfile.SYMTYPE, False),
        ("deep/a", "../../x", tarfile.SYMTYPE, True),
        ("a", "b", tarfile.LNKTYPE, False),
        ("../a", "b", tarfile.SYMTYPE, True),
    ],
)
def test_links_in_tar(name: str, link: str, kind: bytes, is_out: bool) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, link
        archive.addfile(info)
    assert ("archive.traversal" in kinds(look("m.tar", buffer.getvalue()))) is is_out


def test_devices_in_tar() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo("null")
        info.type = tarfile.CHRTYPE
        archive.addfile(info)
    assert kinds(look("m.tar", buffer.getvalue())) == {"archive.device"}


def test_a_tar_that_breaks_off_is_said_to() -> None:
    data = tarred(**{"a.txt": b"x" * 5000})
    assert look("m.tar", data[:2000]).incomplete


@pytest.mark.parametrize("filters", [None, "lzma", "copy", "bzip2", "deflate", "x86", "delta"])
def test_7z_members_are_scanned(filters: str | None) -> None:
    py7zr = pytest.importorskip("py7zr")
    last = {"id": py7zr.FILTER_LZMA2, "preset": 1}
    chains = {
        "lzma": [{"id": py7zr.FILTER_LZMA}],
        "copy": [{"id": py7zr.FILTER_COPY}],
        "bzip2": [{"id": py7zr.FILTER_BZIP2}],
        "deflate": [{"id": py7zr.FILTER_DEFLATE}],
        "x86": [{"id": py7zr.FILTER_X86}, last],
        "delta": [{"id": py7zr.FILTER_DELTA}, last],
    }
    buffer = io.BytesIO()
    with py7zr.SevenZipFile(buffer, "w", filters=chains.get(filters or "")) as archive:
        archive.writestr(b"x" * 100_000, "first.txt")
        archive.writestr(EVIL.encode(), "deep/a.yaml")
    found = look("model.pt", buffer.getvalue())
    assert found.observations[0].where.member == "deep/a.yaml"
    assert found.incomplete == ""


def test_encrypted_7z_was_not_scanned() -> None:
    py7zr = pytest.importorskip("py7zr")
    buffer = io.BytesIO()
    with py7zr.SevenZipFile(buffer, "w", password="x") as archive:
        archive.writestr(EVIL.encode(), "a.yaml")
    found = look("model.7z", buffer.getvalue())
    assert "encrypted" in found.incomplete
    assert found.is_model


def test_a_zip_within_a_tar_is_a_member_and_no_disguise() -> None:
    found = look("model.nemo", tarred(**{"weights.ckpt": zipped({"a.txt": b"x"}), "config.yaml": b"a: 1"}))
    assert found.incomplete == ""
    assert not found.observations


def test_what_stands_behind_a_tar_is_scanned() -> None:
    found = look("model.tar", tarred(**{"a.txt": b"x"}) + zipped({"b.yaml": b"a: !!python/name:os.system"}))
    assert {"archive.trailing", "yaml.tag"} & {o.kind for o in found.observations} >= {"archive.trailing"}
    assert any("os.system" in o.subject for o in found.observations)
