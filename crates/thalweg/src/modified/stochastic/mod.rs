//! The modified loss of minibatch training, in closed form.
//!
//! An epoch is k steps on minibatches. With ∇Êᵢ the gradient of batch i, ∇E their mean,
//! V = (1/k) Σᵢ ‖∇Êᵢ − ∇E‖² and Γ = (1/N) Σⱼ ‖∇Eⱼ − ∇E‖² over examples, the mean of an epoch over
//! what chance decides follows the gradient flow of
//!
//! - Ẽ = E + c‖∇E‖² + c_v V, for a fixed set of batches in a random order, and of
//! - Ẽ = E + c‖∇E‖² + γΓ, where chance also decides which examples share a batch,
//!
//! to O(h³), in the time k h_e at the method's effective learning rate h_e. [`Epoch::coefficients`]
//! has c, c_v and γ ([`StochasticCoefficients`]), [`MinibatchFlow`] the flow of the first.
//!
//! | method | c | c_v shuffled | c_v with replacement |
//! |---|---|---|---|
//! | SGD, rate h | h/4 | h/4 | 0 |
//! | n steps of rate α on each batch | α/4 | α/4 | −(n−1)α/4 |
//! | Heun and higher orders, rate h | 0 | 0 | −h/4 |
//! | heavy ball, h_e = h/(1−β) | (h_e/4)(1+β)/(1−β) | (h_e/4)(1 − S) | 0 |
//! | Nesterov, h_e = h/(1−β) | (h_e/4)(1−β+2β²)/(1−β) | (h_e/4)(1 − βS) | 0 |
//! | Adam, RMSProp, normalised, SAM | none of this form | | |
//!
//! with S = (2/(k(k−1))) Σ_{d=1}^{k−1} (k−d)βᵈ. One order that is the same each epoch has no modified
//! loss of this form, whatever the method: its term of second order is no gradient.
//!
//! # Why
//!
//! To second order in h only pairs of gradients matter. That of a step s before t has moved θ by
//! −h_e a_{t−s} ∇Ê_s when ∇Ê_t is asked for, a being [`Memory::share_taken_up`], so the pair adds
//! h_e² a_{t−s} ∇²Ê_t ∇Ê_s to θ; without memory, one step by itself adds (½h_e² − 2c h_e) ∇²Ê_t ∇Ê_t.
//! The mean of ∇²Ê_b ∇Ê_a is, where H = ∇²E and g = ∇E,
//!
//! - Hg if a and b are drawn independently, as those of different epochs,
//! - Hg + ½∇V if they are the same batch,
//! - Hg − ∇V/(2(k−1)) if they are different batches of one shuffled epoch;
//!
//! and the same holds of examples with Γ and N in place of V and k. What is left beyond ½k²h_e² Hg,
//! which the flow of E has as well, is −k h_e ∇(c‖∇E‖² + …): *pairs of different steps* of an epoch
//! give p = (h_e/4)·(the mean of a over pairs) and *a step by itself* gives o = c − h_e/4 without
//! memory, 0 with. Hence
//!
//! - shuffled: c_v = p + o, and γ = p (k−1)/(N−1) + o·mean φᵢ with φᵢ = (N−Bᵢ)/((N−1)Bᵢ), for batches
//!   of Bᵢ examples; a last batch kept or dropped changes k and the Bᵢ, and nothing else;
//! - with replacement: c_v = o, and γ = o·mean 1/Bᵢ, where every example is drawn by itself.
//!
//! For shuffled SGD on equal batches p = h/4, o = 0 and (k−1)/(N−1) = (N−B)/((N−1)B): this is Smith et
//! al. 2021 (arXiv 2101.12176), equation 1 and its mean over batches, n steps a batch their section 4. That momentum
//! multiplies the term of the full batch by (1+β)/(1−β) is Ghosh et al. 2023 (arXiv 2302.00849). What
//! it does to the term of the variance is derived here and checked against exact means over all
//! orders: at equal h_e it *weakens* that term, a little where an epoch is long against 1/(1−β), and
//! to (k+1)(1−β)/3 of it where it is short.
//!
//! # Where it holds
//!
//! For small k h_e, constant learning rate and a mean over chance. Momentum has to have forgotten its
//! start, and epochs are independent. After many epochs errors have added up to O(h²) over a fixed
//! time, if the sum of an epoch's gradients at one θ does not depend on chance: shuffled, every
//! example used and all batches equal. Where it does (with replacement, a last batch dropped or
//! shorter), θ itself wanders by O(√h), and unless the loss is quadratic its wandering moves the mean
//! by a force −½∇ tr(H cov θ) of the same order as these.
//!
//! [`Transfer`] says which penalty gives one way of training the modified loss of another.
//!
//! [`Memory::share_taken_up`]: crate::optimizer::Memory::share_taken_up

mod batch_penalty;
mod coefficients;
mod epoch;
mod flow;
mod transfer;

pub use batch_penalty::BatchPenalty;
pub use coefficients::StochasticCoefficients;
pub use epoch::Epoch;
pub use flow::MinibatchFlow;
pub use transfer::{Excess, Transfer};
