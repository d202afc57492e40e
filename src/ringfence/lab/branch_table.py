"""Makes the table of banks and branches out of the npm package `ifsc`; `make build` runs it.

python -m ringfence.lab.branch_table web/node_modules/ifsc/src src/ringfence/identifiers/branches.txt
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from ringfence.identifiers.branches import packed


def make_table(source: Path, target: Path) -> None:
    """From the package's `IFSC.json` and `banknames.json`."""
    codes = json.loads((source / "IFSC.json").read_text(encoding="utf-8"))
    names = json.loads((source / "banknames.json").read_text(encoding="utf-8"))
    target.write_text(packed(codes, names), encoding="utf-8")


def main(arguments: Sequence[str]) -> None:
    source, target = arguments
    make_table(Path(source), Path(target))


if __name__ == "__main__":
    main(sys.argv[1:])
