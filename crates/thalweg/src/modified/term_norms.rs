//! How large the terms of a modified equation are: whether it can be trusted.

/// The norms ‖h^{j−1} f_{j−1}(θ)‖ of the terms of a modified equation at one θ.
///
/// The series is asymptotic: its terms shrink at first, by about h/h₀ each, and grow in the end for
/// any h. (A quadratic is an exception: there gradient descent has the series of log(1−hλ), which
/// converges for hλ < 1.) So ratios well below 1 say that the terms taken describe the method, and
/// that the next is a fair estimate of what they miss; ratios near 1 or above say that h is out of
/// the theory's reach here, and that more terms make it worse. The ratios at one point are an
/// indication and no bound: a bound needs f analytic and bounded on a ball (Hairer, Lubich and
/// Wanner, *Geometric Numerical Integration*, IX.7; Barrett and Dherin 2021, arXiv 2009.11162,
/// Remark 3.2).
#[derive(Clone, Debug, PartialEq)]
pub struct TermNorms {
    norms: Vec<(usize, f64)>,
}

impl TermNorms {
    /// Of numbered terms, ascending.
    pub(super) fn new(norms: Vec<(usize, f64)>) -> Self {
        Self { norms }
    }

    /// The terms that the method has, counted from 1 for f itself, each with its norm. A method of
    /// order p has none from 2 to p.
    #[must_use]
    pub fn norms(&self) -> &[(usize, f64)] {
        &self.norms
    }

    /// The growth of each term against the one before it, (‖term k‖/‖term j‖)^{1/(k−j)}: an estimate
    /// of h/h₀. Undefined (NaN) where both are zero.
    #[must_use]
    pub fn ratios(&self) -> Vec<f64> {
        let pairs = self.norms.windows(2);
        pairs
            .map(|pair| {
                let ((before, whole), (after, part)) = (pair[0], pair[1]);
                (part / whole).powf(1.0 / (after - before) as f64)
            })
            .collect()
    }

    /// The number of the smallest term, where an asymptotic series is best cut off: terms after it
    /// make it worse. If it is the last, further ones may still help.
    #[must_use]
    pub fn smallest(&self) -> usize {
        let smaller = |one: &(usize, f64), other: &(usize, f64)| match other.1 < one.1 {
            true => *other,
            false => *one,
        };
        let norms = self.norms.iter().copied();
        norms
            .reduce(|one, other| smaller(&one, &other))
            .map_or(1, |(term, _)| term)
    }
}
