"""Zip archives: read as the laxest unpacker would, described as the strictest would."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from tests.formats.reading import look, messages
from tests.formats.seeds_core import plain_zip
from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.formats.archive import Archive, leaves_folder, open_archive
from weighbridge.formats.binary import LIMITS, Limits, MemorySource
from weighbridge.formats.held import HeldSource
from weighbridge.model import Format

METHODS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]


def opened(data: bytes, limits: Limits = LIMITS) -> Archive:
    return open_archive(MemorySource("a.zip", data), limits)


def told(archive: Archive) -> str:
    return "\n".join([problem.message for problem in archive.problems])


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return buffer.getvalue()


def content(archive: Archive, name: str) -> bytes:
    member = archive.find(name)
    assert member is not None
    source = archive.open(member)
    return source.read_at(0, source.size)


@pytest.mark.parametrize("method", METHODS)
def test_members_are_what_zipfile_reads(method: int) -> None:
    data = plain_zip(method)
    archive = opened(data)
    archive.verify()
    with zipfile.ZipFile(io.BytesIO(data)) as theirs:
        assert list(archive.names) == theirs.namelist()
        for info in theirs.infolist():
            member = archive.find(info.filename)
            assert member is not None
            assert (member.size, member.stored_size, member.crc) == (info.file_size, info.compress_size, info.CRC)
            assert content(archive, info.filename) == theirs.read(info)
            assert archive.prefix(member, 7) == theirs.read(info)[:7]
    assert archive.problems == ()
    assert archive.complete


def test_a_stored_members_bytes_lie_where_it_is_said() -> None:
    data = zipped(("a", b"first"), ("b", b"second"))
    archive = opened(data)
    member = archive.find("b")
    assert member is not None
    assert data[archive.data_offset(member) :].startswith(b"second")


def test_a_64_bit_directory_is_read() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, archive.open("big", "w", force_zip64=True) as member:
        member.write(b"x" * 100)
    found = opened(buffer.getvalue())
    found.verify()
    assert content(found, "big") == b"x" * 100
    assert found.problems == ()


def test_many_members_need_a_64_bit_count() -> None:
    found = opened(zipped(*[(str(n), b"") for n in range(70_000)]))
    assert len(found.members) == 70_000
    assert found.problems == ()


def test_bytes_before_between_and_after_are_told() -> None:
    data = zipped(("a", b"first"), ("b", b"second"))
    assert "8 bytes stand before the first member" in told(opened(b"MZ\x90\0junk" + data))
    assert "4 bytes follow the end" in told(opened(data + b"tail"))
    assert content(opened(b"MZ\x90\0junk" + data), "b") == b"second"


def test_a_gap_between_members_is_told() -> None:
    data = zipped(("a", b"first"), ("hidden", b"payload" * 20), ("b", b"second"))
    archive = opened(data)
    archive.members = tuple([member for member in archive.members if member.name != "hidden"])
    archive.verify()
    assert "bytes after a belong to no member" in told(archive)


def patch(data: bytes, signature: bytes, offset: int, layout: str, value: int) -> bytes:
    """Overwrite a field of the first structure with that signature."""
    at = data.index(signature) + offset
    raw = struct.pack(layout, value)
    return data[:at] + raw + data[at + len(raw) :]


CENTRAL, LOCAL, END = b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"
ONE = zipped(("a.txt", b"hello"))


def twice() -> bytes:
    with pytest.warns(UserWarning, match="Duplicate"):
        return zipped(("a", b"1"), ("a", b"2"))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (patch(ONE, CENTRAL, 8, "<H", 1), "a.txt is marked as encrypted"),
        (patch(ONE, CENTRAL, 8, "<H", 0x20), "unusual flag bits"),
        (patch(ONE, LOCAL, 6, "<H", 1), "has flags 0x1 in its local header and 0x0 in the directory"),
        (patch(ONE, LOCAL, 30, "<B", ord("b")), "is called 'b.txt' in its local header"),
        (patch(ONE, LOCAL, 8, "<H", 8), "has method 8 in its local header and 0 in the directory"),
        (patch(ONE, LOCAL, 22, "<I", 99), "has other sizes in its local header"),
        (patch(ONE, CENTRAL, 24, "<I", 99), "is stored plain, but in 5 bytes instead of 99"),
        (patch(ONE, END, 10, "<H", 7), "announces 7 members, the directory holds 1"),
        (twice(), "a is there 2 times"),
        (zipped(("../../etc/passwd", b"")), "would be written outside the folder"),
    ],
)
def test_what_disagrees_is_told_and_read_all_the_same(data: bytes, message: str) -> None:
    archive = opened(data)
    archive.verify()
    for member in archive.members:
        assert archive.open(member).size <= 5
    assert message in told(archive)


def test_a_wrong_checksum_keeps_nobody_from_reading() -> None:
    archive = opened(patch(ONE, CENTRAL, 16, "<I", 1))
    member = archive.find("a.txt")
    assert member is not None
    assert archive.read(member, 100) == b"hello"
    assert "does not match its checksum" in told(archive)


@pytest.mark.parametrize("method", METHODS)
def test_without_a_directory_the_local_headers_are_walked(method: int) -> None:
    whole = plain_zip(method)
    archive = opened(whole[: whole.index(CENTRAL)])
    assert archive.names == ("folder/0.txt", "folder/1.txt", "folder/2.txt")
    assert content(archive, "folder/2.txt") == b"text " * 200
    assert "has no directory" in told(archive)
    assert not archive.complete


class _Pipe(io.BytesIO):
    """An output that cannot be wound back, so that sizes are written behind the data."""

    def seekable(self) -> bool:
        return False


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_sizes_written_behind_the_data_are_found(method: int) -> None:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", method) as archive:
        archive.writestr("a", b"first" * 50)
        archive.writestr("b", b"second" * 50)
    data = pipe.getvalue()
    found = opened(data)
    found.verify()
    assert found.problems == ()
    walked = opened(data[: data.index(CENTRAL)])
    assert walked.names == ("a", "b")
    assert content(walked, "b") == b"second" * 50


def test_a_bomb_is_not_unpacked() -> None:
    data = zipped(("bomb", bytes(10_000_000)), method=zipfile.ZIP_DEFLATED)
    archive = opened(data, Limits(inflated_bytes=1_000_000))
    with pytest.raises(LimitExceeded):
        archive.open(archive.members[0])
    assert archive.prefix(archive.members[0], 100) == bytes(100)


def test_members_that_share_their_bytes_are_told() -> None:
    data = zipped(("a", b"x" * 500), ("b", b"y"))
    at = data.rindex(CENTRAL)
    overlapping = data[: at + 42] + struct.pack("<I", 10) + data[at + 46 :]
    assert "a and b share bytes" in told(opened(overlapping))


def test_a_member_beyond_the_end_is_an_error() -> None:
    archive = opened(patch(ONE, CENTRAL, 42, "<I", 2**31))
    assert "beyond the end" in told(archive)
    with pytest.raises(FormatError):
        archive.open(archive.members[0])


def test_more_members_than_allowed_are_not_listed() -> None:
    archive = opened(zipped(*[(str(n), b"") for n in range(20)]), Limits(members=10))
    assert len(archive.members) == 10
    assert not archive.complete


def test_an_unknown_method_is_an_error() -> None:
    archive = opened(patch(ONE, CENTRAL, 10, "<H", 93))
    with pytest.raises(FormatError, match="method 93"):
        archive.open(archive.members[0])


@pytest.mark.parametrize("name", ["/etc/passwd", "../x", "a/../../x", "C:\\x", "\\\\host\\x", "a\\..\\..\\x", "a\0b"])
def test_names_that_leave_the_folder(name: str) -> None:
    assert leaves_folder(name)


@pytest.mark.parametrize("name", ["a", "a/b.txt", "..a/b", "a..b", "long:name"])
def test_names_that_stay(name: str) -> None:
    assert not leaves_folder(name)


def test_a_zip_of_no_model_format_lists_its_members() -> None:
    found = look("bundle.zip", plain_zip())
    assert found.format is Format.ARCHIVE
    assert found.metadata["members"] == ["folder/0.txt", "folder/1.txt", "folder/2.txt"]
    assert "its 3 members were not looked at" in messages(found)
    assert not found.complete


def test_the_directory_is_parsed_once_a_file() -> None:
    source = HeldSource.over(MemorySource("a.zip", ONE))
    assert open_archive(source) is open_archive(source)
