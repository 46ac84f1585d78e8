"""The works that peers.py times, as steps without arguments in PyTorch and in JAX.

What both frameworks can say alike, in transformations of functions, is written once; PyTorch has its
own, eager ways besides. No way uses a formula derived by hand: that is what a user of the framework
gets. The data are the same in both.
"""

import os

WIDTHS = [784, 400, 400, 400, 400, 400, 10]
PENALTY = 0.01
EPSILON = 1e-3
CHUNK = 32  # examples whose gradients are formed at a time, where not all are


def data(batch_size):
    """Parameters by tensor (weights [outputs, inputs], He normal), inputs and labels."""
    import numpy

    random = numpy.random.default_rng(0)
    theta = []
    for fan_in, fan_out in zip(WIDTHS, WIDTHS[1:]):
        weight = random.standard_normal((fan_out, fan_in)) * (2 / fan_in) ** 0.5
        theta += [weight.astype("float32"), numpy.zeros(fan_out, "float32")]
    wave = numpy.sin(0.37 * numpy.arange(batch_size * WIDTHS[0])).clip(0).astype("float32")
    return theta, wave.reshape(batch_size, -1), numpy.arange(batch_size) % WIDTHS[-1]


def combined(first, second, factor):
    return [a + factor * b for a, b in zip(first, second)]


def square_norm(parts):
    return sum((part * part).sum() for part in parts)


def functional_works(loss, value_and_grad, jvp, vmap, map_in_chunks):
    """By work, the ways to do it as functions of (theta, inputs, labels), in a framework's transforms."""

    def gradient(*arguments):
        return value_and_grad(loss)(*arguments)[1]

    def reverse_over_reverse(theta, *examples):
        def penalised(theta):
            value, own = value_and_grad(loss)(theta, *examples)
            return value + PENALTY * square_norm(own)

        return value_and_grad(penalised)(theta)[1]

    def forward_over_reverse(theta, *examples):
        own = gradient(theta, *examples)
        _, product = jvp(lambda theta: gradient(theta, *examples), (theta,), (own,))
        return combined(own, product, 2 * PENALTY)

    def difference(theta, *examples):
        own = gradient(theta, *examples)
        ahead = gradient(combined(theta, own, EPSILON), *examples)
        return combined(own, combined(ahead, own, -1), 2 * PENALTY / EPSILON)

    def norms_by(mapped):
        def norms(theta, *examples):
            one = lambda x, y: square_norm(gradient(theta, x[None], y[None]))
            return gradient(theta, *examples), mapped(one)(*examples)

        return norms

    return {
        "gradient": {"functional": value_and_grad(loss)},
        "exact-penalty": {
            "reverse over reverse": reverse_over_reverse,
            "forward over reverse": forward_over_reverse,
        },
        "difference-penalty": {"functional": difference},
        "example-norms": {"vmap": norms_by(vmap), "vmap in chunks": norms_by(map_in_chunks)},
    }


def torch_works(threads, batch_size, may_compile=True):
    import torch
    from torch.func import grad_and_value, jvp, vmap

    torch.set_num_threads(threads)
    theta, *examples = data(batch_size)
    theta = [torch.from_numpy(part) for part in theta]
    examples = [torch.from_numpy(part) for part in examples]
    tracked = [part.clone().requires_grad_() for part in theta]

    def loss(theta, inputs, labels):
        for layer in range(0, len(theta), 2):
            inputs = torch.relu(inputs) if layer else inputs
            inputs = torch.nn.functional.linear(inputs, theta[layer], theta[layer + 1])
        return torch.nn.functional.cross_entropy(inputs, labels)

    def gradient():
        value = loss(tracked, *examples)
        return value.detach(), list(torch.autograd.grad(value, tracked))

    def double_backward():
        own = torch.autograd.grad(loss(tracked, *examples), tracked, create_graph=True)
        along = [part.detach() for part in own]
        product = torch.autograd.grad(own, tracked, along)
        return torch._foreach_add(along, product, alpha=2 * PENALTY)

    def difference():
        own = gradient()[1]
        torch._foreach_add_([part.data for part in tracked], own, alpha=EPSILON)
        ahead = gradient()[1]
        torch._foreach_sub_([part.data for part in tracked], own, alpha=EPSILON)
        change = torch._foreach_sub(ahead, own)
        return torch._foreach_add(own, change, alpha=2 * PENALTY / EPSILON)

    def ready(function):
        return lambda: function(theta, *examples)

    works = functional_works(
        loss,
        lambda function: lambda *arguments: grad_and_value(function)(*arguments)[::-1],
        jvp,
        vmap,
        lambda function: vmap(function, chunk_size=CHUNK),
    )
    steps = {work: {way: ready(step) for way, step in ways.items()} for work, ways in works.items()}
    steps["gradient"]["eager"] = gradient
    steps["exact-penalty"]["double backward"] = double_backward
    steps["difference-penalty"]["eager"] = difference
    for work, ways in works.items() if may_compile else ():
        for way, step in ways.items():
            steps[work][f"{way}, compiled"] = ready(torch.compile(step, dynamic=False))
    return torch.__version__, steps


def jax_works(threads, batch_size):
    os.environ["XLA_FLAGS"] = (
        f"--xla_cpu_multi_thread_eigen={str(threads > 1).lower()} intra_op_parallelism_threads={threads}"
    )
    os.environ.update(JAX_PLATFORMS="cpu", NPROC=str(threads))
    import jax

    arguments = jax.tree.map(jax.numpy.asarray, data(batch_size))

    def loss(theta, inputs, labels):
        for layer in range(0, len(theta), 2):
            inputs = jax.nn.relu(inputs) if layer else inputs
            inputs = inputs @ theta[layer].T + theta[layer + 1]
        chosen = jax.numpy.take_along_axis(inputs, labels[:, None], 1)[:, 0]
        return (jax.nn.logsumexp(inputs, axis=1) - chosen).mean()

    def map_in_chunks(function):
        return lambda *examples: jax.lax.map(lambda one: function(*one), examples, batch_size=CHUNK)

    def ready(function):
        compiled = jax.jit(function)
        return lambda: jax.block_until_ready(compiled(*arguments))

    works = functional_works(loss, jax.value_and_grad, jax.jvp, jax.vmap, map_in_chunks)
    steps = {work: {way: ready(step) for way, step in ways.items()} for work, ways in works.items()}
    return jax.__version__, steps
