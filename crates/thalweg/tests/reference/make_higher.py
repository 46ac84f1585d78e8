"""Makes higher.json: derivatives to the fourth order, gradients of single examples and spectra of
small networks, computed in double precision by PyTorch. Run: python -B make_higher.py > higher.json

Inputs, labels, θ and the networks of `cases` are those of make.py; directions are waves too:
u = wave(m, 1.3), v = wave(m, 0.9), w = wave(m, 1.7), with m the number of parameters. E is the mean
of the losses E_j of the N examples. `tied` is a network that uses one layer twice, so that the
gradient of an example with respect to it is a sum of two outer products.
"""

import json

import torch

from make import ACTIVATIONS, EXAMPLES, WIDTHS, forward, wave

SMOOTH = ["tanh", "gelu", "softplus"]
LOSSES = ["cross-entropy", "mean-squared-error"]
HIDDEN = 4
TIED_SHAPES = {
    "in.weight": (HIDDEN, WIDTHS[0]),
    "in.bias": (HIDDEN,),
    "tied.weight": (HIDDEN, HIDDEN),
    "tied.bias": (HIDDEN,),
    "out.weight": (WIDTHS[-1], HIDDEN),
    "out.bias": (WIDTHS[-1],),
}
INPUTS = wave(EXAMPLES * WIDTHS[0], 0.7).reshape(EXAMPLES, WIDTHS[0])
LABELS = torch.tensor([(3 * index + 1) % WIDTHS[-1] for index in range(EXAMPLES)])


def mlp_shapes():
    """The shape of every tensor in θ, by name, in the order of θ."""
    shapes = {}
    for layer, (fan_in, fan_out) in enumerate(zip(WIDTHS, WIDTHS[1:])):
        shapes[f"layers.{layer}.weight"] = (fan_out, fan_in)
        shapes[f"layers.{layer}.bias"] = (fan_out,)
    return shapes


def sizes(shapes):
    return [torch.Size(shape).numel() for shape in shapes.values()]


def tied_forward(theta, inputs):
    """x → tanh(in) → tanh(tied) → tanh(tied) → out."""
    parts = torch.split(theta, sizes(TIED_SHAPES))
    first, first_bias, tied, tied_bias, last, last_bias = (
        part.reshape(shape) for part, shape in zip(parts, TIED_SHAPES.values())
    )
    value = torch.tanh(inputs @ first.T + first_bias)
    for _ in range(2):
        value = torch.tanh(value @ tied.T + tied_bias)
    return value @ last.T + last_bias


def example_losses(outputs, loss):
    """E_j for every example j."""
    if loss == "cross-entropy":
        return torch.nn.functional.cross_entropy(outputs, LABELS, reduction="none")
    one_hot = torch.nn.functional.one_hot(LABELS, WIDTHS[-1])
    return 0.5 * ((outputs - one_hot) ** 2).sum(1)


def by_example(losses, theta, shapes):
    """The gradient of each example from a backward pass of its own, and what follows from them."""
    gradients = torch.stack(
        [torch.autograd.grad(loss, theta, retain_graph=True)[0] for loss in losses]
    )
    gradient = gradients.mean(0)
    parts = torch.split(gradients, sizes(shapes), dim=1)
    return {
        "value": losses.mean().item(),
        "gradient": gradient.tolist(),
        "per_example_square_norms": (gradients**2).sum(1).tolist(),
        "per_example_square_norms_by_tensor": {
            name: (part**2).sum(1).tolist() for name, part in zip(shapes, parts)
        },
        "gradient_variance": ((gradients - gradient) ** 2).sum(1).mean().item(),
    }


def directional(loss, theta):
    """∇³E[u, v] and ∇⁴E[u, v, w]: the gradient of the gradient along u, and so on."""
    (derivative,) = torch.autograd.grad(loss, theta, create_graph=True)
    orders = []
    for frequency in [1.3, 0.9, 1.7]:
        along = derivative @ wave(len(theta), frequency)
        (derivative,) = torch.autograd.grad(along, theta, create_graph=True)
        orders.append(derivative.tolist())
    return {"third": orders[1], "fourth": orders[2]}


def spectrum(energy, theta):
    """All eigenvalues of the Hessian, ascending, and its trace."""
    hessian = torch.func.hessian(energy)(theta)
    assert torch.allclose(hessian, hessian.T, rtol=0, atol=1e-14)
    return {
        "hessian_eigenvalues": torch.linalg.eigvalsh((hessian + hessian.T) / 2).tolist(),
        "hessian_trace": hessian.trace().item(),
    }


def case(activation, loss):
    shapes = mlp_shapes()
    theta = wave(sum(sizes(shapes)), 2.1).requires_grad_()

    def losses(theta):
        return example_losses(forward(theta, INPUTS, ACTIVATIONS[activation]), loss)

    return {
        "activation": activation,
        "loss": loss,
        **by_example(losses(theta), theta, shapes),
        **directional(losses(theta).mean(), theta),
        **spectrum(lambda theta: losses(theta).mean(), theta.detach()),
    }


def tied():
    theta = wave(sum(sizes(TIED_SHAPES)), 2.1).requires_grad_()
    losses = example_losses(tied_forward(theta, INPUTS), "cross-entropy")
    return by_example(losses, theta, TIED_SHAPES)


def main():
    reference = {
        "made_with": f"torch {torch.__version__}",
        "cases": [case(activation, loss) for activation in SMOOTH for loss in LOSSES],
        "tied": tied(),
    }
    print(json.dumps(reference, indent=1))


if __name__ == "__main__":
    main()
