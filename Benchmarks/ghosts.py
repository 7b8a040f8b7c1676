"""What tsghosts takes to list, to ask and to hold many connections of a server that knows nothing of it, beside `ss -tnoi`."""

import contextlib
import json
import re
import subprocess
import time

from bench import FLOOR, PORTS, RELEASE, SCRATCH, answers, clients, process, row, server, until

TSGHOSTS = RELEASE / "tsghosts"
SS = ["ss", "-tnoi"]
# A C loop that is never asked for an answer, so that whoever connects to it waits.
SILENT = "1000000:0"
# Descriptors a process are limited to 20,000.
OF_ONE = 16_700
# Connections a second, so that servers keep up with them.
RATE = 8000


def measured(*command):
    """Seconds, the most resident bytes, and what a command printed."""
    report = SCRATCH / "time.txt"
    output = SCRATCH / "output.txt"
    with open(output, "wb") as file:
        began = time.monotonic()
        code = subprocess.run(["/usr/bin/time", "-f", "%M", "-o", report, *map(str, command)], stdout=file).returncode
        seconds = time.monotonic() - began
    if code not in (0, 1):
        raise RuntimeError(f"{command[0]} ended with {code}")
    return seconds, int(report.read_text().split()[-1]) * 1024, output.read_text()


def sockets(port, *options):
    """What ss says of a server's connections."""
    command = ["ss", "-Htn", *options, "state", "established", "sport", "=", f":{port}"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def segments(port):
    """Segments that they have sent and received."""
    return sum(int(n) for n in re.findall(r"segs_(?:out|in):(\d+)", sockets(port, "-i")))


def established(port, count):
    """Waits until the server has them all, too: what does not fit its queue of new ones is established at the client alone."""
    until(lambda: len(sockets(port).splitlines()) >= count, f"{count} connections at port {port}", pause=0.2)


@contextlib.contextmanager
def loss(port):
    """Every twentieth packet is lost, both ways."""
    rules = f"""table inet loss {{ chain in {{ type filter hook input priority 0;
        tcp dport {port} numgen random mod 1000 < 50 drop; tcp sport {port} numgen random mod 1000 < 50 drop; }}; }}"""
    subprocess.run(["nft", rules], check=True)
    try:
        yield
    finally:
        subprocess.run(["nft", "delete table inet loss"], check=True)


def verdicts(text):
    counts = {}
    for connection in json.loads(text)["connections"]:
        counts[connection["verdict"]] = counts.get(connection["verdict"], 0) + 1
    return counts


@contextlib.contextmanager
def many(count):
    """So many connections, over several servers."""
    with contextlib.ExitStack() as stack:
        left, number = count, 0
        while left > 0:
            port, part = 5000 + number, min(OF_ONE, left)
            PORTS[f"silent{number}"] = port
            stack.enter_context(process(FLOOR, "serve", port, SILENT))
            until(lambda: answers(port), f"the C loop at {port}")
            # The protocol of silence; every holder's clients have addresses of their own.
            stack.enter_context(clients(f"silent{number}", part, protocol="tcp", first=1 + number * OF_ONE, rate=RATE))
            established(port, part)
            left, number = left - part, number + 1
        yield


def run(quick):
    count, runs = (3000, 1) if quick else (10_000, 3)
    lists, peers, asks, lossy, packets, false = [], [], [], [], [], []
    with server("redis"), clients("redis", count, protocol="tcp", rate=RATE):
        established(PORTS["redis"], count)
        time.sleep(1.5)
        for _ in range(runs):
            lists.append(measured(TSGHOSTS)[0])
            peers.append(measured(*SS)[0])
        for _ in range(runs):
            time.sleep(1.2)
            before = segments(PORTS["redis"])
            seconds, _, text = measured(TSGHOSTS, "ask", "--json")
            asks.append(seconds)
            time.sleep(1.2)
            packets.append((segments(PORTS["redis"]) - before) / count)
            if verdicts(text) != {"answered": count}:
                raise RuntimeError(f"{verdicts(text)} of {count}")
        for _ in range(runs):
            time.sleep(1.2)
            with loss(PORTS["redis"]):
                seconds, _, text = measured(TSGHOSTS, "ask", "--json")
            lossy.append(seconds)
            false.append(count - verdicts(text).get("answered", 0))
    rows = [
        row(f"list {count:,} connections", "s", lists, "ss -tnoi", peers, "< 0.5 s", lambda value, _: value < 0.5),
        row(f"ask {count:,} connections", "s", asks, target="< 5 s", met=lambda value, _: value < 5),
        row("packets to ask one that answers", "", packets, target="≤ 3", met=lambda value, _: value <= 3),
        row(f"ask {count:,} connections, 5 % loss", "s", lossy, target="< 10 s", met=lambda value, _: value < 10),
        row(f"live ones of {count:,} not called so, 5 % loss", "", false, target="0", met=lambda value, _: value == 0),
    ]
    total = 20_000 if quick else 100_000
    with many(total):
        time.sleep(1)
        ours = [measured(TSGHOSTS)[:2] for _ in range(runs)]
        theirs = [measured(*SS)[:2] for _ in range(runs)]
    rows += [
        row(f"list {total:,} connections", "s", [s for s, _ in ours], "ss -tnoi", [s for s, _ in theirs]),
        row(f"memory to list {total:,}", "MB", [b / 1e6 for _, b in ours], "ss -tnoi", [b / 1e6 for _, b in theirs],
            "< 100 MB", lambda value, _: value < 100),
    ]
    return rows
