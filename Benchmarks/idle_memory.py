"""What an idle client takes of a server's memory, against servers that are known for taking little, and against xrdp."""

import pathlib
import re
import time

from bench import (PORTS, RELEASE, SCRATCH, answers, children, held, kernel_memory, memory, process, row, server, until)

FEW = 100
# xrdp has a process for each connection: so many say what the thousandth would.
OF_XRDP = 20


def measure(name, count, deadline):
    """Bytes a client: resident, and the kernel's for one end of the connection."""
    # The first clients pay for what only the first ones cost. All that comes after counts, whatever it is for.
    options = ["--handshake-deadline", f"{deadline}s"] if name == "tsserver" else []
    with server(name, *options) as ours, held(name, FEW):
        time.sleep(1)
        before, kernel_before = memory(ours.pid), kernel_memory()
        with held(name, count, first=FEW + 1, rate=5000):
            # Until what a server keeps of a handshake has gone.
            time.sleep(deadline + 1)
            after, kernel_after = memory(ours.pid), kernel_memory()
    kernel = (kernel_after - kernel_before) / 2 / count if kernel_after else float("nan")
    return (after - before) / count, kernel


def measure_xrdp(settle):
    """Bytes a client at xrdp's login screen: the proportional share of the process that it is given."""
    port, configuration = PORTS["xrdp"], SCRATCH / "xrdp.ini"
    settings = pathlib.Path("/etc/xrdp/xrdp.ini").read_text()
    for key, value in {"port": f"tcp://127.0.0.1:{port}", "LogFile": SCRATCH / "xrdp.log", "EnableSyslog": "false"}.items():
        settings = re.sub(rf"^{key}=.*$", f"{key}={value}", settings, count=1, flags=re.MULTILINE)
    configuration.write_text(settings)
    with process("/usr/sbin/xrdp", "-n", "-c", configuration) as xrdp:
        until(lambda: answers(port), "xrdp to listen", xrdp)
        # What asked whether it listens has a process too, for a moment.
        until(lambda: not children(xrdp.pid), "xrdp to be idle", xrdp)
        line = [RELEASE / "tsload", "--protocol", "rdp", "--target", f"127.0.0.1:{port}", "--clients", OF_XRDP, "--rate", 20]
        with process(*line) as load:
            until(lambda: len(children(xrdp.pid)) >= OF_XRDP, "clients of xrdp", load)
            time.sleep(settle)
            shares = [memory(pid, "Pss") for pid in children(xrdp.pid)]
    return sum(shares) / len(shares)


def run(quick):
    count, runs, deadline = (2000, 1, 2) if quick else (5000, 2, 5)
    names = ["tsserver", "mosquitto", "memcached", "redis", "floor"]
    results = {name: [] for name in names}
    xrdp = []
    for _ in range(runs):
        for name in names:
            results[name].append(measure(name, count, deadline))
        xrdp.append(measure_xrdp(deadline))
    column = lambda name, index: [r[index] for r in results[name]]
    targets = {"mosquitto": ("≤ 1024 and < mosquitto", lambda value, ratio: value <= 1024 and ratio < 1)}
    rows = [row("idle session, user space (RSS)", "bytes", column("tsserver", 0), "C loop" if name == "floor" else name,
                column(name, 0), *targets.get(name, ()))
            for name in names[1:]]
    rows.append(row("idle session, user space (RSS)", "bytes", column("tsserver", 0), f"xrdp, {OF_XRDP} clients, PSS", xrdp))
    rows.append(row("idle session, kernel, one end", "bytes", column("tsserver", 1), "mosquitto", column("mosquitto", 1)))
    return rows
