"""What an idle client takes of a server's memory, against servers that are known for taking little."""

import time

from bench import held, kernel_memory, memory, row, server

FEW = 100


def measure(name, count, settle):
    """Bytes a client: resident, the process's own, and the kernel's for one end of the connection."""
    # The first clients pay for what only the first ones cost. All that comes after counts, whatever it is for.
    with server(name) as process, held(name, FEW):
        time.sleep(1)
        before, kernel_before = memory(process), kernel_memory()
        with held(name, count, first=FEW + 1, rate=5000):
            time.sleep(settle)
            after, kernel_after = memory(process), kernel_memory()
    kernel = (kernel_after - kernel_before) / 2 / count if kernel_after else float("nan")
    return [(after[key] - before[key]) / count for key in ("Rss", "Pss")] + [kernel]


def run(quick):
    count, runs, settle = (2000, 1, 3) if quick else (5000, 2, 4)
    names = ["tsserver", "mosquitto", "memcached", "redis", "floor"]
    results = {name: [] for name in names}
    for _ in range(runs):
        for name in names:
            results[name].append(measure(name, count, settle))
    column = lambda name, index: [r[index] for r in results[name]]
    targets = {"mosquitto": ("≤ 1024 and < mosquitto", lambda value, ratio: value <= 1024 and ratio < 1)}
    rows = [row("idle session, user space (RSS)", "bytes", column("tsserver", 0), "C loop" if name == "floor" else name,
                column(name, 0), *targets.get(name, ()))
            for name in names[1:]]
    rows.append(row("idle session, user space (PSS)", "bytes", column("tsserver", 1), "mosquitto", column("mosquitto", 1)))
    rows.append(row("idle session, kernel, one end", "bytes", column("tsserver", 2), "mosquitto", column("mosquitto", 2)))
    return rows
