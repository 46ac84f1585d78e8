"""Makes optimizers.json: ten steps of PyTorch's optimizers on a function of three parameters, in
double precision. Run: python make_optimizers.py > optimizers.json

PyTorch has ε outside the root, and heavy ball as v <- beta v + g, theta <- theta - h v.
"""

import json

import torch

torch.set_default_dtype(torch.float64)

START = [0.9, -0.4, 1.3]
STEPS = 10
RATE = 0.05
CASES = {
    "gradient-descent": lambda p: torch.optim.SGD(p, lr=RATE),
    "heavy-ball": lambda p: torch.optim.SGD(p, lr=RATE, momentum=0.9),
    "nesterov": lambda p: torch.optim.SGD(p, lr=RATE, momentum=0.9, nesterov=True),
    "adam": lambda p: torch.optim.Adam(p, lr=RATE),
    "adam-large-epsilon": lambda p: torch.optim.Adam(p, lr=RATE, betas=(0.7, 0.95), eps=0.1),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=RATE),
    "rmsprop-large-epsilon": lambda p: torch.optim.RMSprop(p, lr=RATE, alpha=0.8, eps=0.1),
}


def loss(theta):
    a, b, c = theta
    return 0.5 * (0.6 - a * b) ** 2 + 0.3 * (a - c) ** 2 + 0.25 * c**4


def path(make):
    theta = torch.tensor(START, requires_grad=True)
    optimizer = make([theta])
    points = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss(theta).backward()
        optimizer.step()
        points.append(theta.tolist())
    return points


def main():
    cases = [{"method": name, "path": path(make)} for name, make in CASES.items()]
    print(json.dumps({"made_with": f"torch {torch.__version__}", "cases": cases}, indent=1))


if __name__ == "__main__":
    main()
