"""`make bench`: measures everything in one go and writes benchmarks/README.md; `--quick` only shows that it runs."""

import sys
from pathlib import Path

from benchmarks import http, report, scale, single, throughput


def main() -> None:
    quick = "--quick" in sys.argv[1:]
    # First, as in a server's process: whatever ran before leaves memory in pieces, out of which no large page is made.
    print("Single events", flush=True)
    one = single.run(20_000, 50_000, 1) if quick else single.run(500_000, 1_500_000, 6)
    print("Throughput", flush=True)
    speeds = throughput.run(100_000 if quick else 2_000_000, 2 if quick else 5)
    print("B-numbers", flush=True)
    keys = (1_000, 20_000) if quick else (10_000, 1_000_000)
    sizes = scale.run(keys, 50_000 if quick else 1_000_000, 1 if quick else 3)
    print("POST /event", flush=True)
    served = http.run(1 if quick else 5, 1 if quick else 5)
    command = "make bench QUICK=1" if quick else "make bench"
    text = report.write(report.Results(command, speeds, sizes, one, served))
    if quick:
        print(text)
        return
    report.TARGET.write_text(text)
    print(f"Written to {report.TARGET.relative_to(Path.cwd())}")


if __name__ == "__main__":
    main()
