"""What a client costs the load generator, against a C loop on libevent that says as much."""

from bench import cpu, held, memory, row, server

FEW = 100


def measure(name, count):
    """Bytes a client of the generator's own memory, and clients that a second of CPU starts."""
    resident, spent = [], []
    with server("tsserver" if name == "tsload" else "floor"):
        for clients in (FEW, count):
            with held("tsserver" if name == "tsload" else "floor", clients) as process:
                resident.append(memory(process)["Rss"])
                spent.append(cpu(process))
    return (resident[1] - resident[0]) / (count - FEW), (count - FEW) / (spent[1] - spent[0])


def run(quick):
    count, runs = (2000, 2) if quick else (4000, 3)
    ours, floor = zip(*[(measure("tsload", count), measure("floor", count)) for _ in range(runs)])
    column = lambda rows, index: [r[index] for r in rows]
    return [
        row("load generator, clients a second of CPU", "1/s", column(ours, 1), "C loop", column(floor, 1)),
        row("load generator, memory a client (RSS)", "bytes", column(ours, 0), "C loop", column(floor, 0)),
    ]
