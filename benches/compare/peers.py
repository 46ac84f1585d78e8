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

WIDTHS = [784, 400, 400, 400, 400, 400, 10]
PENALTY = 0.01
EPSILON = 1e-3
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


def torch_works(threads, batch_size):
    import torch
    from torch.func import functional_call, grad, grad_and_value, jvp, vmap

    torch.set_num_threads(threads)
    torch.manual_seed(0)
    layers = []
    for fan_in, fan_out in zip(WIDTHS, WIDTHS[1:]):
        layers += [torch.nn.Linear(fan_in, fan_out), torch.nn.ReLU()]
    network = torch.nn.Sequential(*layers[:-1])
    parameters = list(network.parameters())
    named = {name: value.detach() for name, value in network.named_parameters()}
    inputs, labels = torch.rand(batch_size, WIDTHS[0]), torch.randint(0, 10, (batch_size,))
    cross_entropy = torch.nn.functional.cross_entropy

    def eager_gradient():
        return torch.autograd.grad(cross_entropy(network(inputs), labels), parameters)

    def loss_of(values, inputs, labels):
        return cross_entropy(functional_call(network, values, (inputs,)), labels)

    def functional_gradient(values):
        return grad(loss_of)(values, inputs, labels)

    def double_backward():
        loss = cross_entropy(network(inputs), labels)
        gradient = torch.autograd.grad(loss, parameters, create_graph=True)
        penalty = sum((part * part).sum() for part in gradient)
        return torch.autograd.grad(loss + PENALTY * penalty, parameters)

    def forward_over_reverse():
        gradient = functional_gradient(named)
        _, product = jvp(functional_gradient, (named,), (gradient,))
        return {name: gradient[name] + 2 * PENALTY * product[name] for name in named}

    def difference():
        gradient = eager_gradient()
        with torch.no_grad():
            torch._foreach_add_(parameters, gradient, alpha=EPSILON)
        ahead = eager_gradient()
        with torch.no_grad():
            torch._foreach_add_(parameters, gradient, alpha=-EPSILON)
            change = torch._foreach_sub(ahead, gradient)
            return torch._foreach_add(gradient, change, alpha=2 * PENALTY / EPSILON)

    def example_norms():
        def one(values, x, y):
            return loss_of(values, x[None], y[None])

        gradients, _ = vmap(grad_and_value(one), (None, 0, 0))(named, inputs, labels)
        norms = sum((part * part).flatten(1).sum(1) for part in gradients.values())
        return {name: part.mean(0) for name, part in gradients.items()}, norms

    compiled = torch.compile(lambda: functional_gradient(named))
    return torch.__version__, {
        "gradient": {"eager": eager_gradient, "compiled": compiled},
        "exact-penalty": {
            "double backward": double_backward,
            "forward over reverse": forward_over_reverse,
            "forward over reverse, compiled": torch.compile(forward_over_reverse),
        },
        "difference-penalty": {"eager": difference},
        "example-norms": {"vmap": example_norms, "vmap, compiled": torch.compile(example_norms)},
    }


def jax_works(threads, batch_size):
    os.environ["XLA_FLAGS"] = f"--xla_cpu_multi_thread_eigen={'true' if threads > 1 else 'false'}"
    os.environ["JAX_PLATFORMS"] = "cpu"
    import jax
    import jax.numpy as jnp

    keys = jax.random.split(jax.random.PRNGKey(0), len(WIDTHS) + 1)
    parameters = [
        (jax.random.normal(key, (fan_in, fan_out)) * (2 / fan_in) ** 0.5, jnp.zeros(fan_out))
        for key, fan_in, fan_out in zip(keys, WIDTHS, WIDTHS[1:])
    ]
    inputs = jax.random.uniform(keys[-2], (batch_size, WIDTHS[0]))
    labels = jax.random.randint(keys[-1], (batch_size,), 0, 10)

    def loss(parameters, inputs, labels):
        value = inputs
        for index, (weight, bias) in enumerate(parameters):
            value = value @ weight + bias
            if index + 1 < len(parameters):
                value = jax.nn.relu(value)
        chosen = jnp.take_along_axis(value, labels[:, None], 1)[:, 0]
        return (jax.nn.logsumexp(value, axis=1) - chosen).mean()

    gradient = jax.grad(loss)
    tree = jax.tree_util.tree_map

    def square_norm(values):
        return sum(jnp.vdot(part, part) for part in jax.tree_util.tree_leaves(values))

    def reverse_over_reverse(parameters, inputs, labels):
        def penalised(parameters):
            return loss(parameters, inputs, labels) + PENALTY * square_norm(
                gradient(parameters, inputs, labels)
            )

        return jax.grad(penalised)(parameters)

    def forward_over_reverse(parameters, inputs, labels):
        along = lambda parameters: gradient(parameters, inputs, labels)
        own = along(parameters)
        _, product = jax.jvp(along, (parameters,), (own,))
        return tree(lambda g, p: g + 2 * PENALTY * p, own, product)

    def difference(parameters, inputs, labels):
        own = gradient(parameters, inputs, labels)
        ahead = gradient(tree(lambda p, g: p + EPSILON * g, parameters, own), inputs, labels)
        return tree(lambda g, a: g + 2 * PENALTY * (a - g) / EPSILON, own, ahead)

    def example_norms(parameters, inputs, labels):
        one = lambda x, y: gradient(parameters, x[None], y[None])
        gradients = jax.vmap(one)(inputs, labels)
        return tree(lambda part: part.mean(0), gradients), jax.vmap(square_norm)(gradients)

    def step(function):
        compiled = jax.jit(function)
        return lambda: jax.block_until_ready(compiled(parameters, inputs, labels))

    return jax.__version__, {
        "gradient": {"jit": step(gradient)},
        "exact-penalty": {
            "reverse over reverse": step(reverse_over_reverse),
            "forward over reverse": step(forward_over_reverse),
        },
        "difference-penalty": {"jit": step(difference)},
        "example-norms": {"vmap": step(example_norms)},
    }


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
