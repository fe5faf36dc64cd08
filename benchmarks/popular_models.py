"""Rebuild the shipped list of popular model ids from two published data sets (Apache-2.0).

    python -m benchmarks.popular_models DATA_FOLDER

Sources: the 1,000 most downloaded models of 2022 (Jiang et al., ICSE 2023) and the popular models of PeaTMOSS (2023).
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

TARGET = Path(__file__).parents[1] / "src/weighbridge/facts/data/popular_models.json"
LEAST = 20_000


def main() -> None:
    folder = Path(sys.argv[1])
    downloads: dict[str, int] = dict(json.loads((folder / "peatmoss/popular-models-2023.json").read_text()))
    with gzip.open(folder / "icse23/hub-top1000-2022.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            downloads[record["id"]] = max(downloads.get(record["id"], 0), record.get("downloads") or 0)
    kept = sorted(name for name, count in downloads.items() if count >= LEAST)
    held = {
        "source": "Jiang et al., ICSE 2023 (hub-top1000-2022) and PeaTMOSS (popular-models-2023); Apache-2.0",
        "rule": f"at least {LEAST:,} downloads in either",
        "models": kept,
    }
    TARGET.write_text(json.dumps(held, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{len(kept):,} ids, {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
