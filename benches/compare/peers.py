"""Times the work of one training step of an MLP 784-5x400-10 in another framework.

    python peers.py --framework torch|jax [--threads N]

Answers one request a line, so that its times can be taken in turn with others: first it prints a
line of JSON with the framework and its version, then for each line `WORK BATCH_SIZE REPETITIONS` that
it reads one with the times in milliseconds. Where a framework has several ways to do a work, each is
tried at the first request and the fastest is kept; `variant` says which. Exits with 3 and a line on
standard error if the framework is not installed.

Works, in single precision, ReLU, cross-entropy, without an optimizer's update:
    gradient            the loss and its gradient
    exact-penalty       the gradient of E + mu ||grad E||^2
    difference-penalty  the same by a forward difference of gradients
    example-norms       the gradient and ||grad E_j||^2 of every example
"""

import argparse
import json
import os
import sys
import time

sys.dont_write_bytecode = True  # importing leaves nothing beside the sources

from peer_works import jax_works, torch_works  # noqa: E402

LONGEST = 1.0  # seconds for one request


def times(step, repetitions):
    """Times of `step` in milliseconds; fewer if it is slow."""
    taken = []
    started = time.perf_counter()
    while len(taken) < repetitions and (len(taken) < 2 or time.perf_counter() - started < LONGEST):
        before = time.perf_counter()
        step()
        taken.append((time.perf_counter() - before) * 1e3)
    return taken


def fastest(variants):
    """The fastest of several ways to do the same work; one that fails is left out."""
    best = (float("inf"), None, None)
    for name, step in variants.items():
        try:
            step()
            step()
            milliseconds = min(times(step, 5))
        except Exception as error:  # a compiler that is not there, an operator without a rule
            print(f"{name} is left out: {str(error).splitlines()[0]}", file=sys.stderr)
            continue
        best = min(best, (milliseconds, name, step), key=lambda one: one[0])
    return best[1:]


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--framework", choices=["torch", "jax"], required=True)
    arguments.add_argument("--threads", type=int, default=os.cpu_count())
    arguments = arguments.parse_args()
    if hasattr(os, "sched_setaffinity"):
        available = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, available[: arguments.threads])
    name, works_of = {"torch": ("PyTorch", torch_works), "jax": ("JAX", jax_works)}[
        arguments.framework
    ]
    try:
        version, _ = works_of(arguments.threads, 1)
    except ImportError as error:
        print(f"not installed: {error}", file=sys.stderr)
        sys.exit(3)
    print(json.dumps({"framework": name, "version": version}), flush=True)
    known = {}
    for line in sys.stdin:
        work, batch_size, repetitions = line.split()
        if (work, batch_size) not in known:
            _, works = works_of(arguments.threads, int(batch_size))
            known[work, batch_size] = fastest(works[work])
        variant, step = known[work, batch_size]
        if step is not None:
            step()
            step()
        milliseconds = times(step, int(repetitions)) if step is not None else []
        print(json.dumps({"variant": variant or "", "milliseconds": milliseconds}), flush=True)


main()
