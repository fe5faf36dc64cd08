"""Models that twenty published packages load, found by us and labelled by hand; the packages are downloaded from PyPI and not installed.

    python -m benchmarks.uses_packages [--folder FOLDER] [--misses]

A label is a file and a model that its code loads: named there in the call, as a default, a constant, or an entry of a table that is looked
up. `direct`: a call of a loading library stands in the same file. `through`: the name goes to code of another file, a base class or a
wrapper of the package's own. Tests that a package ships are left out, and so are names in prose.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections import Counter
from pathlib import Path

from benchmarks.packages import fetched
from weighbridge.uses.finding import find_uses

LABELS = Path(__file__).parent / "data" / "uses" / "packages.tsv"
# Of these nothing is labelled: they load what their callers name.
WITHOUT = ("detoxify==0.5.4", "docling_ibm_models==4.0.4", "transformers_interpret==0.10.0")

# package, path in it, model
Pair = tuple[str, str, str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", type=Path, help="where the packages are kept; a temporary folder by default")
    parser.add_argument("--misses", action="store_true", help="list what is missed and what is wrong")
    arguments = parser.parse_args()
    with LABELS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    packages = sorted({f"{row['package']}=={row['version']}" for row in rows} | set(WITHOUT))
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        found = {pair for package in packages for pair in uses_of(fetched(package, folder), package)}
    labelled: dict[Pair, str] = {(row["package"], row["path"], row["model"]): row["how"] for row in rows}
    report(labelled, found, len(packages), is_listing=arguments.misses)


def uses_of(place: Path, package: str) -> set[Pair]:
    """Return the files of a package, its tests left out, with the models that they load."""
    files = [path for path in sorted(place.rglob("*.py")) if not {"test", "tests"} & set(path.relative_to(place).parts)]
    name = package.partition("==")[0]
    return {(name, str(Path(use.place.path).relative_to(place)), use.model) for use in find_uses(files).uses}


def report(labelled: dict[Pair, str], found: set[Pair], packages: int, *, is_listing: bool) -> None:
    sizes, hits = Counter(labelled.values()), Counter(labelled[pair] for pair in found if pair in labelled)
    right = sum(hits.values())
    print(f"{packages} packages, {len(labelled)} labels, {len(found)} found")
    print(f"precision {right / len(found):.3f}  ({right} of {len(found)})")
    for how, size in sorted(sizes.items()):
        print(f"recall    {hits[how] / size:.3f}  ({hits[how]} of {size}) {how}")
    if is_listing:
        for pair in sorted(labelled.keys() - found):
            print("missed", labelled[pair], *pair)
        for pair in sorted(found - labelled.keys()):
            print("wrong ", *pair)


if __name__ == "__main__":
    main()
