"""What a client costs the load generator, against a C loop on libevent that says as much; and what a connection costs it that
says nothing, against the C loop and wrk."""

import contextlib
import subprocess

from bench import AT_ONCE, FLOOR, PORTS, RELEASE, answers, clients, cpu, held, memory, process, row, server, until

FEW = 100
# What it answers is never asked for: whoever connects to it waits.
SILENT = "1000000:0"


def of_many(hold, counts):
    """Bytes a client of the generator's own memory, and clients that a second of its CPU starts: what many take more than few."""
    resident, spent = [], []
    for count in counts:
        with hold(count) as child:
            resident.append(memory(child.pid))
            spent.append(cpu(child))
    more = counts[1] - counts[0]
    return (resident[1] - resident[0]) / more, more / (spent[1] - spent[0])


def logged_on(name, count):
    target = "tsserver" if name == "tsload" else "floor"
    with server(target):
        return of_many(lambda clients: held(target, clients), (FEW, count))


@contextlib.contextmanager
def connections(name, count):
    """So many connections that say nothing."""
    port = PORTS["floor"]
    if name == "floor":
        with clients("floor", count, protocol="tcp") as child:
            yield child
        return
    line = {
        "tsload": [RELEASE / "tsload", "--protocol", "tcp", "--target", f"127.0.0.1:{port}", "--clients", count, "--rate", AT_ONCE,
                   "--sources", "127.18.0.0"],
        "wrk": ["wrk", "--threads", 1, "--connections", count, "--duration", "10m", "--timeout", "10m", f"http://127.0.0.1:{port}/"],
    }[name]
    with process(*line) as child:
        until(lambda: established(port) >= count, f"{count} connections of {name}", child, pause=0.2)
        yield child


def established(port):
    command = ["ss", "-Htn", "state", "established", "dport", "=", f":{port}"]
    return len(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines())


def plain(name, count):
    with process(FLOOR, "serve", PORTS["floor"], SILENT):
        until(lambda: answers(PORTS["floor"]), "the C loop to listen")
        return of_many(lambda connected: connections(name, connected), (FEW, count))


def run(quick):
    count, runs = (2000, 1) if quick else (4000, 3)
    ours, floor = zip(*[(logged_on("tsload", count), logged_on("floor", count)) for _ in range(runs)])
    names = ["tsload", "floor", "wrk"]
    plains = [{name: plain(name, count) for name in names} for _ in range(runs)]
    column = lambda rows, index: [r[index] for r in rows]
    rows = [
        row("load generator, clients a second of CPU", "1/s", column(ours, 1), "C loop", column(floor, 1)),
        row("load generator, memory a client (RSS)", "bytes", column(ours, 0), "C loop", column(floor, 0)),
    ]
    for peer in names[1:]:
        of = lambda name, index: [measured[name][index] for measured in plains]
        shown = "C loop" if peer == "floor" else peer
        rows += [
            row("plain connections a second of CPU", "1/s", of("tsload", 1), shown, of(peer, 1)),
            row("plain connections, memory of one (RSS)", "bytes", of("tsload", 0), shown, of(peer, 0)),
        ]
    return rows
