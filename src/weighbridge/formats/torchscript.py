"""TorchScript archives: a model together with its compiled code."""

from __future__ import annotations

from weighbridge.formats.archive import Archive, open_archive
from weighbridge.formats.binary import Limits, Siblings
from weighbridge.formats.pickle import read_pickles
from weighbridge.formats.pickle.inventory import Inventory
from weighbridge.formats.pytorch import data_pickle
from weighbridge.model import ByteSource, Format, Inspection, Problem

_LISTED = 100
_VERSION_BYTES = 64


class _TorchScriptReader:
    formats = (Format.TORCHSCRIPT,)
    suffixes = (".pt", ".pth", ".ptl", ".torchscript", ".ts")

    def recognise(self, head: bytes, source: ByteSource) -> Format | None:
        """Tell TorchScript by its code: a plain checkpoint has none."""
        if not head.startswith(b"PK"):
            return None
        archive = open_archive(source)
        name = data_pickle(archive)
        folder = name.removesuffix("data.pkl")
        has_code = any(n.startswith(f"{folder}code/") or n == f"{folder}constants.pkl" for n in archive.names)
        return Format.TORCHSCRIPT if name and has_code else None

    def inspect(self, source: ByteSource, siblings: Siblings, limits: Limits) -> Inspection:  # noqa: ARG002
        """Return the tensors that hang in the module, and the names of its code."""
        archive = open_archive(source, limits)
        name = data_pickle(archive)
        folder = name.removesuffix("data.pkl")
        inventory, problems, complete = _tensors(archive, (name, f"{folder}constants.pkl"), limits)
        code = [n for n in archive.names if n.startswith(f"{folder}code/") and n.endswith(".py")]
        version = archive.find(f"{folder}version")
        text = archive.read(version, _VERSION_BYTES).decode("ascii", "replace").strip() if version else ""
        return Inspection(
            source.path,
            Format.TORCHSCRIPT,
            source.size,
            tuple(found.tensor for found in inventory.found),
            {"code": code[:_LISTED], "code_files": len(code)},
            producer="TorchScript",
            versions={"torchscript": text} if text else {},
            problems=(*archive.problems, *problems),
            complete=complete and inventory.complete,
            stated_parameters=inventory.parameters(),
        )


READER = _TorchScriptReader()


def _tensors(archive: Archive, names: tuple[str, ...], limits: Limits) -> tuple[Inventory, list[Problem], bool]:
    """Return the tensors of the module and of its constants."""
    inventory, problems, complete = Inventory(), list[Problem](), True
    for name in names:
        member = archive.find(name)
        if member is None:
            continue
        facts = read_pickles(archive.open(member), 1, limits)
        problems += facts.problems
        complete = complete and facts.complete and facts.kept_whole
        for pickle in facts.pickles:
            inventory.walk(pickle.value, "constants" if name.endswith("constants.pkl") else "")
    return inventory, problems, complete
