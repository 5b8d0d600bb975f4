#!/usr/bin/env python3
"""How does a Dask cluster run the shards of a tailcost run, whatever happens to its workers?

One task a shard. A task starts `tailcost ... --shard I/N --out FILE` on a worker, which writes one file whole or not at
all and does nothing where the file is there already. A task may therefore run twice, at once or after its worker was
lost, and a launch that was cut short is started again with the same words.
"""

import argparse
import shlex
import subprocess
import sys
import time
from pathlib import Path

# Exit codes of tailcost that this program passes on or makes.
DONE, REFUSED, BROKEN, INTERRUPTED = 0, 2, 4, 130


class Run:
    """`tailcost run CONFIG ...`: a file for each shard, merged by `tailcost merge`.

    Another verb that keeps the contract (a shard in, one thing written whole, skipped where it is there; an end that
    puts all of it together) is another such class, and its line in VERBS.
    """

    def __init__(self, arguments, shared, shards, out, merge):
        # The parts of another number of shards lie apart, so that the folder is what is merged.
        self.folder = Path(shared).absolute() / f"parts-of-{shards}"
        # A config's name means the same to a worker, which runs elsewhere.
        whole = lambda word: str(Path(word).absolute()) if word.endswith(".toml") and Path(word).is_file() else word
        self.arguments = [whole(word) for word in arguments]
        self.shards, self.out, self.merge = shards, out, merge

    def path(self, index):
        return self.folder / f"{index:0{len(str(self.shards))}}.tcs"

    def shard(self, index):
        """Arguments of the shard `index`, counted from 1."""
        return ["run", *self.arguments, "--shard", f"{index}/{self.shards}", "--out", str(self.path(index))]

    def finish(self):
        """Arguments of the end, on the machine of this program."""
        out = ["--out", self.out] if self.out else []
        return ["merge", str(self.folder), *out, *self.merge]


class Batch(Run):
    """`tailcost batch PLAN ...`: every shard keeps its members in one folder, and the same command without a shard adds
    them up there."""

    def __init__(self, arguments, shared, shards, out, merge):
        super().__init__(arguments, shared, shards, out, merge)
        self.folder = Path(out).absolute() if out else self.folder

    def shard(self, index):
        return ["batch", *self.arguments, "--shard", f"{index}/{self.shards}", "--out", str(self.folder)]

    def finish(self):
        return ["batch", *self.arguments, "--out", str(self.folder), *self.merge]


VERBS = {"run": Run, "batch": Batch}


def run_shard(command):
    """What a task does, on a worker. Raises what another try may mend, and returns what none will."""
    import socket

    started = time.monotonic()
    host = socket.gethostname()
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    except FileNotFoundError:
        return {"refused": f"{host} has no program {command[0]!r}; name it with --program"}
    if done.returncode == 2:
        return {"refused": done.stderr.strip()}
    if done.returncode != 0:
        raise RuntimeError(f"{host}: {shlex.join(command)} ended with {done.returncode}: {done.stderr.strip()}")
    said = done.stdout.strip()
    seconds = time.monotonic() - started
    return {"there": said.endswith("is there already"), "told": done.stderr.strip(), "seconds": seconds}


def arguments():
    parser = argparse.ArgumentParser(
        description="Run the shards of a tailcost run on the workers of a Dask cluster, and merge them.",
        epilog="""examples:
  tailcost_dask.py --scheduler tcp://head:8786 --shards 64 --shared /mnt/runs/night run article --years 1e9
  tailcost_dask.py --scheduler tcp://head:8786 --shards 64 --shared /mnt/book batch /mnt/book/plan.toml
  tailcost_dask.py --scheduler-file cluster.json --shards 64 --shared /mnt/runs/night --out outputs/night \\
      --merge=--report run /mnt/runs/my-hospital.toml --years 1e9 --seed 7

Cut short, start it again with the same words: what is there is not run again. Exit codes: 0 done; 1 merged, but a
check asked for failed; 2 refused by tailcost (config, arguments); 3 a batch is done, with members that failed; 4
shards failed; 130 interrupted.""",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--scheduler", metavar="ADDRESS", help="address of the scheduler, as in tcp://head:8786")
    where.add_argument("--scheduler-file", metavar="FILE", help="the file in which the scheduler wrote its address")
    parser.add_argument(
        "--shards", type=int, required=True, metavar="N",
        help="how many shards; four for each core are even enough",
    )
    parser.add_argument(
        "--shared", required=True, metavar="DIR",
        help="folder that all workers and this machine see under this name",
    )
    parser.add_argument("--out", metavar="DIR", help="folder of the result; default: tailcost's")
    parser.add_argument(
        "--program", default="tailcost", metavar="PATH",
        help="tailcost on the workers and here (default: %(default)s)",
    )
    parser.add_argument(
        "--threads", type=int, default=1, metavar="T",
        help="threads of a shard (default: %(default)s: as many shards at a time as a worker has threads)",
    )
    parser.add_argument(
        "--workers", type=int, default=1, metavar="N",
        help="wait until so many workers are there (default: %(default)s)",
    )
    parser.add_argument(
        "--retries", type=int, default=3, metavar="K",
        help="tries of a shard after a failure (default: %(default)s)",
    )
    parser.add_argument(
        "--merge", action="append", default=[], metavar="=ARGUMENT",
        help="an argument of tailcost merge, as in --merge=--report; repeated",
    )
    parser.add_argument("--quiet", action="store_true", help="say nothing of progress")
    parser.add_argument("verb", choices=sorted(VERBS), help="what is run")
    parser.add_argument(
        "arguments", nargs=argparse.REMAINDER, metavar="ARGUMENTS",
        help="its config and arguments, as tailcost takes them",
    )
    found = parser.parse_args()
    if found.shards < 1:
        parser.error("--shards: expected 1 or more")
    for word in ("--shard", "--out", "--threads"):
        if any(argument == word or argument.startswith(word + "=") for argument in found.arguments):
            parser.error(f"{word} is said by this program; see its own --shards, --out and --threads")
    return found


def say(options, text):
    if not options.quiet:
        print(text, file=sys.stderr, flush=True)


def run_all(options, verb, client):
    """Runs all shards; the exit code."""
    from distributed import as_completed

    more = ["--threads", str(options.threads)]
    futures = {}
    for index in range(1, options.shards + 1):
        command = [options.program, *verb.shard(index), *more]
        # Not pure: two launches of one question are two tasks, and what is there is for tailcost to say.
        key = f"tailcost-{time.time_ns()}-{index}"
        future = client.submit(run_shard, command, retries=options.retries, pure=False, key=key)
        futures[future] = index
    started, done, there, failed = time.monotonic(), 0, 0, []
    workers = len(client.ncores())
    for future in as_completed(list(futures)):
        index = futures[future]
        if future.status != "finished":
            failed.append(index)
            say(options, f"shard {index}/{options.shards} failed: {future.exception()}")
            continue
        result = future.result()
        if "refused" in result:
            client.cancel(list(futures))
            print(result["refused"], file=sys.stderr)
            return REFUSED
        done, there = done + 1, there + result["there"]
        if result["told"]:
            say(options, result["told"])
        alive = len(client.ncores())
        if alive < workers:
            say(options, f"{workers - alive} of {workers} workers lost: their shards run elsewhere")
        workers = alive
        ran = done - there
        left = (options.shards - done) * (time.monotonic() - started) / max(ran, 1)
        state = "was there" if result["there"] else f"in {result['seconds']:.1f} s"
        say(options, f"{done} of {options.shards} shards, {index} {state}; workers: {workers}, {left:.0f} s left")
    if failed:
        numbers = ", ".join(map(str, sorted(failed)))
        text = f"error: shards {numbers} failed; start again with the same words, and the others are kept"
        print(text, file=sys.stderr)
        return BROKEN
    return DONE


def main():
    options = arguments()
    verb = VERBS[options.verb](options.arguments, options.shared, options.shards, options.out, options.merge)
    try:
        from distributed import Client
    except ImportError:
        print("error: Dask is missing: pip install dask distributed", file=sys.stderr)
        return BROKEN
    try:
        with Client(address=options.scheduler, scheduler_file=options.scheduler_file, timeout="60s") as client:
            if len(client.ncores()) < options.workers:
                say(options, f"waiting for {options.workers} workers")
            client.wait_for_workers(options.workers)
            code = run_all(options, verb, client)
    except KeyboardInterrupt:
        print("interrupted; start again with the same words, and what is there is kept", file=sys.stderr)
        return INTERRUPTED
    except OSError as error:
        print(f"error: no scheduler at {options.scheduler or options.scheduler_file}: {error}", file=sys.stderr)
        return BROKEN
    if code != DONE:
        return code
    quiet = ["--quiet"] if options.quiet else []
    return subprocess.run([options.program, *verb.finish(), *quiet]).returncode


if __name__ == "__main__":
    sys.exit(main())
