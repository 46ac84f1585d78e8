"""Makes reference.json: losses, gradients, Hessian-vector products and penalised gradients of small
networks, computed in double precision by PyTorch. Run: python make.py > reference.json

Inputs are formulas, so that the test needs no stored arrays: see `wave` here and in parity.rs.
"""

import json
import math

import torch

torch.set_default_dtype(torch.float64)

WIDTHS = [5, 4, 6, 3]
EXAMPLES = 7
MU = 0.3
ACTIVATIONS = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "gelu": lambda x: torch.nn.functional.gelu(x, approximate="none"),
    "softplus": torch.nn.functional.softplus,
    "sigmoid": torch.sigmoid,
    "identity": lambda x: x,
}


def wave(count, frequency):
    return torch.tensor([math.sin(frequency * (index + 1)) for index in range(count)])


def forward(theta, inputs, activation):
    offset, value = 0, inputs
    for layer, (fan_in, fan_out) in enumerate(zip(WIDTHS, WIDTHS[1:])):
        weight = theta[offset : offset + fan_in * fan_out].reshape(fan_out, fan_in)
        offset += fan_in * fan_out
        bias = theta[offset : offset + fan_out]
        offset += fan_out
        value = value @ weight.T + bias
        if layer + 2 < len(WIDTHS):
            value = activation(value)
    return value


def main():
    count = sum(a * b + b for a, b in zip(WIDTHS, WIDTHS[1:]))
    inputs = wave(EXAMPLES * WIDTHS[0], 0.7).reshape(EXAMPLES, WIDTHS[0])
    labels = torch.tensor([(3 * index + 1) % WIDTHS[-1] for index in range(EXAMPLES)])
    vector = wave(count, 1.3)
    one_hot = torch.nn.functional.one_hot(labels, WIDTHS[-1]).double()
    cases = []
    for name, activation in ACTIVATIONS.items():
        for loss_name in ["cross-entropy", "mean-squared-error"]:
            theta = wave(count, 2.1).requires_grad_()
            outputs = forward(theta, inputs, activation)
            if loss_name == "cross-entropy":
                loss = torch.nn.functional.cross_entropy(outputs, labels)
            else:
                loss = 0.5 * ((outputs - one_hot) ** 2).sum(1).mean()
            (gradient,) = torch.autograd.grad(loss, theta, create_graph=True)
            (product,) = torch.autograd.grad(gradient @ vector, theta, retain_graph=True)
            penalised = loss + MU * (gradient @ gradient)
            (penalised,) = torch.autograd.grad(penalised, theta)
            cases.append(
                {
                    "activation": name,
                    "loss": loss_name,
                    "value": loss.item(),
                    "gradient": gradient.tolist(),
                    "hessian_vector": product.tolist(),
                    "penalised_gradient": penalised.tolist(),
                }
            )
    print(json.dumps({"made_with": f"torch {torch.__version__}", "cases": cases}, indent=1))


if __name__ == "__main__":
    main()
