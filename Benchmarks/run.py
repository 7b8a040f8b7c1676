"""Runs the benchmarks and prints their table: see README.md beside this file, and `scripts/bench --help`."""

import argparse
import datetime
import importlib
import json
import os
import pathlib
import platform
import shutil
import signal
import subprocess
import sys
import time

NAMES = ["logon", "idle_memory", "knowing", "load", "storm", "codec", "growth", "ghosts"]


def arguments():
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description="Measures tslab against its peers, side by side, and prints a table.",
        epilog="EXAMPLES  scripts/bench --quick;  scripts/bench logon storm --json | jq .rows")
    parser.add_argument("names", nargs="*", metavar="benchmark", help=f"{', '.join(NAMES)}; all of them without a name")
    parser.add_argument("--quick", action="store_true", help="fewer clients and runs, all in less than 3 minutes")
    parser.add_argument("--json", action="store_true", help="print the results as JSON and nothing else")
    parser.add_argument("--record", action="store_true", help="put the table of all benchmarks into Benchmarks/README.md")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("out/bench"), help="where results.json and table.md go")
    options = parser.parse_args()
    if unknown := set(options.names) - set(NAMES):
        parser.error(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(NAMES)}")
    if options.record and options.names:
        parser.error("--record takes the table of all benchmarks: name none")
    return options


def isolate():
    """Starts this program anew in a network namespace of its own, where nobody else's packets and ports are."""
    if os.environ.get("TSLAB_BENCH_ISOLATED"):
        return subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    os.environ["TSLAB_BENCH_ISOLATED"] = "1"
    os.execvp("unshare", ["unshare", "--net", *user, sys.executable, *sys.argv])


def machine():
    model = next(line for line in open("/proc/cpuinfo") if line.startswith("model name")).split(":")[1].strip()
    total = int(open("/proc/meminfo").readline().split()[1]) // 2**20
    return f"{os.cpu_count()} × {model}, {total} GiB, Linux {platform.release()}, load {os.getloadavg()[0]:.1f}"


def record(text):
    """Puts a text between the two marks in README.md."""
    path = pathlib.Path(__file__).with_name("README.md")
    before, rest = path.read_text().split("<!-- table -->\n")
    after = rest.split("<!-- end of table -->\n")[1]
    path.write_text(f"{before}<!-- table -->\n{text}<!-- end of table -->\n{after}")


def main():
    options = arguments()
    isolate()
    load = os.getloadavg()[0]
    # An end from outside, too, ends what was started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    import bench

    bench.build()
    rows, seconds = [], {}
    options.out.mkdir(parents=True, exist_ok=True)
    for name in options.names or NAMES:
        print(f"{name} ...", end=" ", file=sys.stderr, flush=True)
        began = time.monotonic()
        rows += [{"benchmark": name} | row for row in importlib.import_module(name).run(options.quick)]
        seconds[name] = round(time.monotonic() - began, 1)
        print(f"{seconds[name]} s", file=sys.stderr)
        # Written after each, so that an interruption costs only what was under way.
        results = {"schema": 1, "date": datetime.date.today().isoformat(), "quick": options.quick, "machine": machine(),
                   "seconds": seconds, "rows": rows}
        (options.out / "results.json").write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
        kind = "quick run" if options.quick else "whole run"
        table = f"{results['date']}, {kind}, {machine()} (before it {load:.1f}):\n\n{bench.table(rows)}\n"
        (options.out / "table.md").write_text(table)
    if options.record:
        record(f"\n{table}\n")
    print(json.dumps(results, ensure_ascii=False) if options.json else table)
    shutil.rmtree(bench.SCRATCH)


if __name__ == "__main__":
    main()
