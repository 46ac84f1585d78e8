//! The pair of Dormand and Prince of orders 5 and 4.

use super::classical::fractions;
use super::{Embedded, Interpolant, Pair, Tableau, rational};

/// Dormand–Prince 5(4): seven stages, of which the last is the first of the next step, so that an
/// accepted step costs six values of the field; dense output of order 4 at no further cost.
///
/// J. R. Dormand and P. J. Prince, *A family of embedded Runge–Kutta formulae*, J. Comp. Appl. Math.
/// 6 (1980) 19–26, table 2; dense output after L. F. Shampine, *Some practical Runge–Kutta
/// formulas*, Math. Comp. 46 (1986) 135–150, in the form of Hairer, Nørsett and Wanner, *Solving
/// Ordinary Differential Equations I*, II.6.
#[must_use]
pub fn dormand_prince_5() -> Pair {
    let weights = fractions(&[
        (35, 384),
        (0, 1),
        (500, 1113),
        (125, 192),
        (-2187, 6784),
        (11, 84),
        (0, 1),
    ]);
    Pair {
        interpolant: Interpolant::from_bend(4, &weights, 6, Vec::new(), &bend()),
        tableau: tableau(weights),
    }
}

fn tableau(weights: Vec<super::Rational>) -> Tableau {
    Tableau {
        name: "Dormand–Prince 5(4)",
        order: 5,
        coefficients: vec![
            vec![],
            fractions(&[(1, 5)]),
            fractions(&[(3, 40), (9, 40)]),
            fractions(&[(44, 45), (-56, 15), (32, 9)]),
            fractions(&[(19372, 6561), (-25360, 2187), (64448, 6561), (-212, 729)]),
            fractions(&[
                (9017, 3168),
                (-355, 33),
                (46732, 5247),
                (49, 176),
                (-5103, 18656),
            ]),
            weights[..6].to_vec(),
        ],
        weights,
        embedded: Some(Embedded {
            order: 4,
            weights: fractions(&[
                (5179, 57600),
                (0, 1),
                (7571, 16695),
                (393, 640),
                (-92097, 339_200),
                (187, 2100),
                (1, 40),
            ]),
        }),
    }
}

/// Shampine's dᵢ: the cubic of Hermite is of order 3, x²(1−x)² Σ dᵢkᵢ makes it 4.
fn bend() -> Vec<(usize, Vec<super::Rational>)> {
    [
        (0, -12_715_105_075, 11_282_082_432),
        (2, 87_487_479_700, 32_700_410_799),
        (3, -10_690_763_975, 1_880_347_072),
        (4, 701_980_252_875, 199_316_789_632),
        (5, -1_453_857_185, 822_651_844),
        (6, 69_997_945, 29_380_423),
    ]
    .map(|(stage, numerator, denominator)| (stage, vec![rational(numerator, denominator)]))
    .to_vec()
}
