#!/usr/bin/env python3
"""Strikes real containers with every fault under three policies, and asserts what the server comes to believe, how soon
and why, what the returning user gets, and what becomes of the old client where the fault heals.

A workstation is a container that only sleeps; a client is `docker exec ... tsclient` in it. So a workstation can be
killed, paused, unplugged and started again at the same address like a machine, and a program can hang in it.

Run by scripts/test-containers, which makes the image `tslab`; needs a Docker engine and nothing else."""

import concurrent.futures
import json
import re
import subprocess
import sys
import tempfile
import threading
import time

NETWORK = "tslab-test"
SUBNET = "198.19.77"
PORT = 3389
ADMIN = "/run/tslab/admin.sock"
POLICIES = {
    "none": "none",
    "tcp-keepalive": "tcp-keepalive:time=8s,interval=2s,count=5",
    "heartbeat": "heartbeat:interval=4s,misses=3",
}
# How long after a silent fault the server may need, in seconds, and how long the test looks.
BOUND = {"tcp-keepalive": 18, "heartbeat": 16}
SLACK = 4
HORIZON = 24
# When, after the logon, each old client types one more letter: after everything that may have healed it.
TYPES_AGAIN = 75

ACTIVE = "Active"
# A silent peer: the probes time out, or the neighbour's address is not answered any more, whichever the kernel notes last.
SILENT = {"timed-out", "unreachable"}
CLOSED = {"peer-closed"}
RESET = {"peer-reset"}
MISSED = {"heartbeat-missed"}

# fault -> policy -> the reason for which the session is Disconnected at the horizon, or ACTIVE.
EXPECTED = {
    # docker network disconnect; later connect.
    "line-cut": {"none": ACTIVE, "tcp-keepalive": SILENT, "heartbeat": MISSED},
    # docker pause stops the processes, not the kernel under them: it goes on acknowledging. To the network, this is a hang.
    "pause": {"none": ACTIVE, "tcp-keepalive": ACTIVE, "heartbeat": MISSED},
    # docker pause and the link down: what a frozen machine is.
    "freeze": {"none": ACTIVE, "tcp-keepalive": SILENT, "heartbeat": MISSED},
    # docker kill: the kernel lives on and closes the connection at once, so no policy is needed.
    "kill": {"none": CLOSED, "tcp-keepalive": CLOSED, "heartbeat": CLOSED},
    # The link goes down, then everything dies.
    "power-off": {"none": ACTIVE, "tcp-keepalive": SILENT, "heartbeat": MISSED},
    # The same, and the machine comes up again at its address: its kernel answers the next segment with RST.
    "reboot": {"none": ACTIVE, "tcp-keepalive": RESET, "heartbeat": RESET},
    # kill -STOP inside.
    "hang": {"none": ACTIVE, "tcp-keepalive": ACTIVE, "heartbeat": MISSED},
    # Nothing happens to this one: it must not be disconnected.
    "well": {"none": ACTIVE, "tcp-keepalive": ACTIVE, "heartbeat": ACTIVE},
}
HEALING = {"line-cut", "pause", "freeze", "hang"}
# Their machines answer for a program that does not.
ACKNOWLEDGING = {"pause", "hang", "well"}

failures = []


def check(true, message):
    if not true:
        failures.append(message)
        print(f"FAILED: {message}", flush=True)


def docker(*arguments):
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"docker {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


def eventually(seconds, what, poll):
    deadline = time.monotonic() + seconds
    while True:
        result = poll()
        if result:
            return result
        if time.monotonic() > deadline:
            raise RuntimeError(f"not within {seconds} s: {what() if callable(what) else what}")
        time.sleep(0.3)


def said_by(container):
    """The last that a container's program said, on both its outputs."""
    done = subprocess.run(["docker", "logs", "--tail", "5", container], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.stdout.strip()


def run(name, address, *more):
    docker("run", "--detach", "--name", name, "--label", NETWORK, "--network", NETWORK, "--ip", address,
           "--cap-drop", "ALL", *more)


class Server:
    """A tsserver in a container, and everything it has said of its sessions."""

    def __init__(self, number, policy):
        self.policy = policy
        self.address = f"{SUBNET}.{2 + number}"
        self.name = f"{NETWORK}-server-{policy}"
        run(self.name, self.address, "tslab", "tsserver", "--listen", f"0.0.0.0:{PORT}", "--allow-any-user",
            "--admin", ADMIN, "--liveness", POLICIES[policy], "--verbose")
        eventually(20, lambda: f"{self.name} is healthy: {said_by(self.name)}", lambda: self.get("healthz", check=False))
        self.events = []
        self.follower = subprocess.Popen(
            ["docker", "exec", self.name, "curl", "-sN", "--unix-socket", ADMIN, "http://localhost/events"], stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self.follow, daemon=True).start()

    def get(self, page, check=True):
        done = subprocess.run(["docker", "exec", self.name, "curl", "-fsS", "--unix-socket", ADMIN, f"http://localhost/{page}"],
                              capture_output=True, text=True, check=check)
        return done.stdout

    def follow(self):
        for line in self.follower.stdout:
            self.events.append(json.loads(line))

    def sessions(self):
        """By session number."""
        return {record["session"]: record for record in json.loads(self.get("sessions"))}

    def milliseconds_since_acknowledgement(self, address):
        """What the server's kernel, which nobody asked to believe anything, has last heard from that machine."""
        told = docker("exec", self.name, "ss", "-Hnti", "state", "established", "dst", address)
        found = re.search(r"lastack:(\d+)", told)
        return int(found.group(1)) if found else None


class Client:
    """A tsclient running in a workstation, and what it says."""

    def __init__(self, server, workstation, user, script):
        self.output = tempfile.TemporaryFile(mode="w+")
        self.process = subprocess.Popen(
            ["docker", "exec", workstation, "tsclient", f"{server.address}:{PORT}", "--user", user,
             "--name", user[:15], "--minimise", "--json", "--script", script],
            stdout=self.output, stderr=subprocess.STDOUT)

    def news(self, event):
        self.output.seek(0)
        lines = [json.loads(line) for line in self.output if line.startswith("{")]
        return next((line for line in lines if line["event"] == event), None)


class Cell:
    """One workstation with one user, under one policy, struck by one fault."""

    def __init__(self, server, number, fault):
        self.server, self.policy, self.fault = server, server.policy, fault
        self.title = f"{fault} under {self.policy}"
        self.name = f"{NETWORK}-{self.policy}-{fault}"
        self.address = f"{server.address.rsplit('.', 1)[0]}.{16 * (int(server.address.rsplit('.', 1)[1]) - 1) + number}"
        self.user = fault

    def log_on(self):
        run(self.name, self.address, "tslab", "sleep", "infinity")
        self.client = Client(self.server, self.name, self.user, f"type {self.user}; wait {TYPES_AGAIN}s; type !; wait 1h")
        self.session = eventually(30, f"{self.user} has a session under {self.policy}",
                                  lambda: self.client.news("state"))["session"]

    def link(self, direction):
        # The one capability in all of this: to take a link down takes NET_ADMIN over the namespace the link is in.
        docker("run", "--rm", "--network", f"container:{self.name}", "--user", "root",
               "--cap-drop", "ALL", "--cap-add", "NET_ADMIN", "tslab", "ip", "link", "set", "eth0", direction)

    def strike(self):
        self.began = time.monotonic_ns()
        match self.fault:
            case "line-cut":
                docker("network", "disconnect", NETWORK, self.name)
            case "pause":
                docker("pause", self.name)
            case "freeze":
                self.link("down")
                docker("pause", self.name)
            case "kill":
                docker("kill", self.name)
            case "power-off":
                self.link("down")
                docker("kill", self.name)
            case "reboot":
                self.link("down")
                docker("kill", self.name)
                docker("start", self.name)
            case "hang":
                docker("exec", self.name, "sh", "-c", "kill -STOP $(pidof tsclient)")
        self.struck = time.monotonic_ns()

    def look(self, sessions):
        """At the horizon: the belief, its reason and its time, against what was to be expected."""
        expected = EXPECTED[self.fault][self.policy]
        record = sessions[self.session]
        self.belief, self.after = record["state"], None
        event = next((event for event in self.server.events
                      if event["session"] == self.session and event["from"] == ACTIVE), None)
        if expected is ACTIVE:
            self.reason = ""
            check(self.belief == ACTIVE and event is None, f"{self.title}: is {self.belief} ({event}), not Active")
        else:
            self.reason = event["reason"] if event else "?"
            check(self.belief == "Disconnected" and self.reason in expected,
                  f"{self.title}: is {self.belief}, {self.reason}, not Disconnected, {' or '.join(sorted(expected))}")
            if event:
                self.after = (event["t"] - self.began) / 1e9
                limit = (self.struck - self.began) / 1e9 + SLACK + (0 if self.fault == "kill" else BOUND[self.policy])
                check(0 <= self.after <= limit, f"{self.title}: found after {self.after:.1f} s, not within {limit:.1f} s")
        check(record["keystrokes"] == len(self.user), f"{self.title}: the session holds {record['keystrokes']} keystrokes")
        if self.policy == "tcp-keepalive" and self.fault in ACKNOWLEDGING:
            silence = self.server.milliseconds_since_acknowledgement(self.address)
            since = (time.monotonic_ns() - self.struck) / 1e6
            check(silence is not None and silence < min(since, 11_000),
                  f"{self.title}: its kernel acknowledged {silence} ms ago, the fault was {since:.0f} ms ago")

    def come_back(self, spare):
        """The user logs on again: at the machine that was rebooted, else at another one."""
        if self.fault == "well":
            self.returned = ""
            return
        client = Client(self.server, self.name if self.fault == "reboot" else spare, self.user, "wait 1s; disconnect")
        client.process.wait(timeout=60)
        state = client.news("state") or {}
        got, resumed, text = state.get("session"), state.get("resumed"), state.get("text")
        if self.belief == ACTIVE:
            self.returned = "kept out, another session"
            check(got is not None and got != self.session and not resumed and text == "",
                  f"{self.title}: the returning user was to get another session than {self.session}: {state}")
        else:
            self.returned = "same session resumed"
            check(got == self.session and resumed and text == self.user,
                  f"{self.title}: the returning user was to get session {self.session} back: {state}")

    def heal(self):
        match self.fault:
            case "line-cut":
                docker("network", "connect", "--ip", self.address, NETWORK, self.name)
            case "pause":
                docker("unpause", self.name)
            case "freeze":
                docker("unpause", self.name)
                self.link("up")
            case "hang":
                docker("exec", self.name, "sh", "-c", "kill -CONT $(pidof tsclient)")

    def see_old_client(self):
        """Once healed, it types on where its session was never taken from it; else it is told that it is gone."""
        if self.fault not in HEALING | {"well"}:
            self.healed = ""
        elif self.belief == ACTIVE:
            self.healed = "types on"
            eventually(TYPES_AGAIN, f"{self.title}: the old client types on in session {self.session}", lambda:
                       self.server.sessions()[self.session]["keystrokes"] == len(self.user) + 1)
        else:
            self.healed = "has lost it"
            self.client.process.wait(timeout=TYPES_AGAIN)
            check(self.client.process.returncode == 1 and self.client.news("ended"),
                  f"{self.title}: the old client was to be told: {self.client.news('ended')}")

    def row(self):
        after = "" if self.after is None else f"{self.after:5.1f} s"
        belief = self.belief + (f" ({self.reason})" if self.reason else "")
        return f"{self.fault:10} {self.policy:14} {belief:32} {after:8} {self.returned:26} {self.healed}"


def clean():
    names = docker("ps", "--all", "--quiet", "--filter", f"label={NETWORK}").split()
    if names:
        docker("rm", "--force", *names)
    if docker("network", "ls", "--quiet", "--filter", f"name=^{NETWORK}$").strip():
        docker("network", "rm", NETWORK)


def strike_and_look(cells, spare, servers):
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        def each(action, some=cells):
            for _ in pool.map(action, some):
                pass

        each(Cell.log_on)
        print(f"faults: {len(cells)} users are logged on; striking", flush=True)
        # Those that must be up again before anybody looks for them go first.
        each(Cell.strike, sorted(cells, key=lambda cell: cell.fault != "reboot"))
        time.sleep(HORIZON)
        for server in servers:
            sessions = server.sessions()
            for cell in cells:
                if cell.server is server:
                    cell.look(sessions)
        each(lambda cell: cell.come_back(spare))
        each(Cell.heal)
        each(Cell.see_old_client)


def main():
    clean()
    try:
        docker("network", "create", "--subnet", f"{SUBNET}.0/24", NETWORK)
        servers = [Server(number, policy) for number, policy in enumerate(POLICIES)]
        spare = f"{NETWORK}-spare"
        run(spare, f"{SUBNET}.250", "tslab", "sleep", "infinity")
        cells = [Cell(server, number, fault) for server in servers for number, fault in enumerate(EXPECTED)]
        strike_and_look(cells, spare, servers)
        print(f"{'fault':10} {'policy':14} {'belief':32} {'after':8} {'returning user':26} old client, healed")
        for cell in sorted(cells, key=lambda cell: list(EXPECTED).index(cell.fault)):
            print(cell.row())
    finally:
        clean()
    failed = f"{len(failures)} of {len(cells)} cells' assertions failed"
    print(f"faults: {failed if failures else f'all {len(cells)} cells as expected'}")
    sys.exit(1 if failures else 0)


main()
