"""The workbench under twenty readers while a trial runs: errors, and how long a page takes.

A page is what a browser with an empty cache fetches: the HTML and every file of ours it names. Each
reader opens pages in turn and reads for a second on average before the next one; ``--think 0`` is
the hardest case, twenty that never stop. A few ask for a new curve instead, as a moved field does.
There is no peer: the aim (p95 below one second, no error) is that of the issue.

    python benchmarks/workbench_load.py
    python benchmarks/workbench_load.py --think 0
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time

from tolerogen.trials import list_examples

PAGES = ("/", "/disease", "/therapies", "/therapies/s95011", "/population", "/trials",
         "/targets", "/antibodies", "/oligos", "/safety", "/safety/cases", "/projects",
         "/trials/new", "/jobs", "/trials/{job}", "PLAY")  # fmt: skip
FILES = re.compile(r'(?:src|href)="(/static/[^"]+)"')


def serve(folder: str, port: int) -> subprocess.Popen[bytes]:
    code = "import sys; from tolerogen.workbench import serve; serve(sys.argv[1], port={})"
    child = subprocess.Popen([sys.executable, "-c", code.format(port), folder])  # noqa: S603
    for _ in range(600):
        try:
            fetch(port, "/health")
            return child
        except OSError:
            time.sleep(0.05)
    raise SystemExit("the server does not start")


def fetch(port: int, address: str, body: object = None) -> tuple[int, bytes]:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        if body is None:
            link.request("GET", address)
        else:
            link.request("POST", address, json.dumps(body), {"Content-Type": "application/json"})
        answer = link.getresponse()
        return answer.status, answer.read()
    finally:
        link.close()


def page(port: int, address: str) -> list[int]:
    """Load a page with its files, and return every status."""
    if address == "PLAY":
        asked = {"therapy": "s95011", "weeks": 26, "show": ["T_blood", "IgG_gL"]}
        return [fetch(port, "/api/disease/sjogren/play", asked)[0]]
    status, text = fetch(port, address)
    files = dict.fromkeys(FILES.findall(text.decode()))
    return [status, *(fetch(port, name)[0] for name in files)]


def reader(port: int, job: str, end: float, think: float, seed: int, out: list) -> None:
    draw = random.Random(seed)  # noqa: S311
    while time.monotonic() < end:
        pattern = draw.choice(PAGES)
        start = time.monotonic()
        try:
            wrong = [status for status in page(port, pattern.format(job=job)) if status >= 400]
        except OSError as error:
            wrong = [str(error)]
        out.append((pattern, time.monotonic() - start, wrong))
        if think:
            time.sleep(draw.expovariate(1 / think))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--readers", type=int, default=20)
    options.add_argument("--seconds", type=float, default=40)
    options.add_argument("--think", type=float, default=1.0)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        begun = time.monotonic()
        server = serve(folder, port)
        fetch(port, "/")
        print(
            f"first page {time.monotonic() - begun:.2f} s after the start of the server's process"
        )
        text = next(e.text for e in list_examples() if e.name == "s95011-sjogren")
        asked = {"text": text, "patients": 48, "replicates": 20_000}
        job = json.loads(fetch(port, "/api/trials", asked)[1])["id"]
        state = {"done": 0}
        while not state["done"]:
            state = json.loads(fetch(port, f"/api/jobs/{job}")[1])
            time.sleep(0.2)
        loads: list = []
        end = time.monotonic() + given.seconds
        readers = [
            threading.Thread(target=reader, args=(port, job, end, given.think, seed, loads))
            for seed in range(given.readers)
        ]
        for each in readers:
            each.start()
        for each in readers:
            each.join()
        after = json.loads(fetch(port, f"/api/jobs/{job}")[1])
        fetch(port, f"/api/jobs/{job}/cancel", {})
        while json.loads(fetch(port, f"/api/jobs/{job}")[1])["state"] == "running":
            time.sleep(0.2)
        server.terminate()
        server.wait()
    told(loads, given, state, after)


def told(loads: list, given: argparse.Namespace, before: dict, after: dict) -> None:
    times = sorted(seconds for _, seconds, _ in loads)
    wrong = [load for load in loads if load[2]]
    print(
        f"{given.readers} readers, {given.seconds:g} s, {given.think:g} s between pages, "
        f"{os.cpu_count()} cores; trial: {before['done']} to {after['done']} patients"
    )
    print(f"{len(loads)} page loads, {len(wrong)} with an error {wrong[:3] or ''}")
    p50, p95 = times[len(times) // 2], times[int(0.95 * len(times))]
    print(f"median {p50:.3f} s, p95 {p95:.3f} s, longest {times[-1]:.3f} s; aim: p95 < 1 s")
    for address in PAGES:
        own = sorted(
            s for a, s, _ in loads if a.split("/")[:3] == address.split("/")[:3] or a == address
        )
        if own:
            print(f"  {address:22s} {len(own):5d}  p95 {own[int(0.95 * len(own))]:.3f} s")


if __name__ == "__main__":
    main()
