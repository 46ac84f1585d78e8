//! The list of them.

use super::{Method, Reproduction};
use crate::study::{adam, games, igr_a1, igr_fig1, igr_theorem, momentum, smoothness};

/// The experiment of that name on embedded data and the one at the scale of the paper.
macro_rules! at_both_scales {
    ($name:literal) => {
        Method::Experiment {
            embedded: include_str!(concat!("../../../../experiments/", $name, ".toml")),
            paper: Some(include_str!(concat!(
                "../../../../experiments/paper/",
                $name,
                ".toml"
            ))),
        }
    };
}

/// Every published result that can be checked.
pub const PUBLISHED: &[Reproduction] = &[
    Reproduction {
        name: "igr-mnist",
        title: "Implicit and explicit gradient regularisation on digits",
        source: "Barrett and Dherin, Implicit Gradient Regularization, ICLR 2021, Figures 2 and 3c",
        method: Method::Experiment {
            embedded: include_str!("../../../../experiments/igr-mnist.toml"),
            paper: None,
        },
        minutes: 2,
    },
    Reproduction {
        name: "igr-rates",
        title: "Implicit regularisation and the learning rate",
        source: "Barrett and Dherin, Implicit Gradient Regularization, ICLR 2021, Figure 2",
        method: at_both_scales!("igr-rates"),
        minutes: 1,
    },
    Reproduction {
        name: "igr-widths",
        title: "Widths of networks, and the 1/m in R_IG",
        source: "Barrett and Dherin, Implicit Gradient Regularization, ICLR 2021, Figure 2",
        method: at_both_scales!("igr-widths"),
        minutes: 1,
    },
    Reproduction {
        name: "igr-robustness",
        title: "How much noise in its parameters a network bears",
        source: "Barrett and Dherin, Implicit Gradient Regularization, ICLR 2021, Figures 3a and 3b",
        method: at_both_scales!("igr-robustness"),
        minutes: 1,
    },
    Reproduction {
        name: "igr-egr",
        title: "Explicit gradient regularisation",
        source: "Barrett and Dherin, Implicit Gradient Regularization, ICLR 2021, equation 8 and Figure 3c",
        method: at_both_scales!("igr-egr"),
        minutes: 1,
    },
    Reproduction {
        name: "igr-stopping",
        title: "Flatness and accuracy under three rules of stopping",
        source: "Barrett and Dherin, Implicit Gradient Regularization, ICLR 2021, Figures A.3 to A.5",
        method: at_both_scales!("igr-stopping"),
        minutes: 0,
    },
    Reproduction {
        name: "igr-batches",
        title: "Test accuracy against R_IG, from batches of two to the full batch",
        source: "Barrett and Dherin, Implicit Gradient Regularization, ICLR 2021, Figure A.6",
        method: at_both_scales!("igr-batches"),
        minutes: 1,
    },
    Reproduction {
        name: "igr-long",
        title: "R_IG, its share of the loss and the weights in long training",
        source: "Barrett and Dherin, Implicit Gradient Regularization, ICLR 2021, Figures A.3 to A.5",
        method: at_both_scales!("igr-long"),
        minutes: 0,
    },
    Reproduction {
        name: "sgd-explicit",
        title: "The implicit regulariser of SGD, and the same added on purpose",
        source: "Smith, Dherin, Barrett and De, On the Origin of Implicit Regularization in \
                 Stochastic Gradient Descent, ICLR 2021, Figure 1",
        method: at_both_scales!("sgd-explicit"),
        minutes: 1,
    },
    Reproduction {
        name: "sgd-two-optima",
        title: "The learning rate that is best for training and the one that is best for generalisation",
        source: "Smith, Dherin, Barrett and De, On the Origin of Implicit Regularization in \
                 Stochastic Gradient Descent, ICLR 2021, Figure 2",
        method: at_both_scales!("sgd-two-optima"),
        minutes: 2,
    },
    Reproduction {
        name: "sgd-scaling",
        title: "The quotient of learning rate and batch size",
        source: "Smith, Dherin, Barrett and De, On the Origin of Implicit Regularization in \
                 Stochastic Gradient Descent, ICLR 2021, Figure 3",
        method: at_both_scales!("sgd-scaling"),
        minutes: 1,
    },
    Reproduction {
        name: "sgd-nstep",
        title: "Several steps on each batch",
        source: "Smith, Dherin, Barrett and De, On the Origin of Implicit Regularization in \
                 Stochastic Gradient Descent, ICLR 2021, Figure 7",
        method: at_both_scales!("sgd-nstep"),
        minutes: 1,
    },
    Reproduction {
        name: "sgd-transfer",
        title: "A lost implicit regulariser, added back",
        source: "Smith, Dherin, Barrett and De, On the Origin of Implicit Regularization in \
                 Stochastic Gradient Descent, ICLR 2021, its main result applied",
        method: at_both_scales!("sgd-transfer"),
        minutes: 3,
    },
    Reproduction {
        name: "igr-fig1",
        title: "Which flow gradient descent follows, and how flat it ends, on two parameters",
        source: "Barrett and Dherin, Implicit Gradient Regularization, ICLR 2021, Figure 1",
        method: Method::Study(igr_fig1::run),
        minutes: 0,
    },
    Reproduction {
        name: "igr-a1",
        title: "Where the effect of the learning rate reverses, on two parameters",
        source: "Barrett and Dherin, Implicit Gradient Regularization, ICLR 2021, Figure A.1",
        method: Method::Study(igr_a1::run),
        minutes: 0,
    },
    Reproduction {
        name: "igr-theorem",
        title: "One step of gradient descent and the modified flow, on a network of digits",
        source: "Barrett and Dherin, Implicit Gradient Regularization, ICLR 2021, Theorem 3.1",
        method: Method::Study(igr_theorem::run),
        minutes: 0,
    },
    Reproduction {
        name: "momentum",
        title: "By which factor momentum strengthens implicit regularisation",
        source: "Ghosh et al., Implicit Regularization in Heavy-ball Momentum Accelerated Stochastic \
                 Gradient Descent, ICLR 2023, Theorem 3.1",
        method: Method::Study(momentum::run),
        minutes: 0,
    },
    Reproduction {
        name: "adam",
        title: "What Adam follows, and when it seeks large gradients",
        source: "Cattaneo, Klusowski and Shigida, On the Implicit Bias of Adam, ICML 2024, Theorem 3.1",
        method: Method::Study(adam::run),
        minutes: 0,
    },
    Reproduction {
        name: "games",
        title: "What finite steps do to a game of two players",
        source: "Rosca et al., Discretization Drift in Two-Player Games, ICML 2021, Theorems 3.1 and 3.2",
        method: Method::Study(games::run),
        minutes: 0,
    },
    Reproduction {
        name: "smoothness",
        title: "For which activation functions the modified flow describes gradient descent",
        source: "Barrett and Dherin, Implicit Gradient Regularization, ICLR 2021, Theorem 3.1",
        method: Method::Study(smoothness::run),
        minutes: 1,
    },
];
