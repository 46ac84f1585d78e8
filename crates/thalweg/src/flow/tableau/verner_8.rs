//! A pair of Verner's of orders 8 and 7.

use super::classical::fractions;
use super::{Embedded, Interpolant, Pair, Rational, Tableau};

/// Verner 8(7) of 1978: thirteen stages with short exact rationals; dense output of order 7 from
/// five further stages, of which the first is that of the next step.
///
/// The two methods rest on different quadratures of order 8 and 7, so that the error estimate also
/// sees what depends on time alone; that of Fehlberg's 7(8) pair does not. The coefficients of later
/// pairs of Verner's give errors some sixty times smaller at the same step, but have up to a hundred
/// digits.
///
/// The pair: J. H. Verner, *Explicit Runge–Kutta methods with estimates of the local truncation
/// error*, SIAM J. Numer. Anal. 15 (1978) 772–790. The continuous extension is this library's: the
/// order conditions for Σᵢ bᵢ(x)Φᵢ = xᵏ/γ are linear in b(x), so each further stage (at 1/5, 3/10,
/// 1/2 and 3/4 of the step) is a value of the best extension before it, of order 5, then 6; with all
/// of them the conditions of order 7 have a solution, unique once stages 10 and 11 are left out, with
/// |bᵢ(x)| < 1/4. The nodes are the best of a search for small errors of order 8.
#[must_use]
pub fn verner_8() -> Pair {
    let weights = fractions(&[
        (31, 720),
        (0, 1),
        (0, 1),
        (0, 1),
        (0, 1),
        (16, 75),
        (16807, 79200),
        (16807, 79200),
        (243, 1760),
        (0, 1),
        (0, 1),
        (243, 1760),
        (31, 720),
    ]);
    Pair {
        interpolant: Interpolant::from_bend(7, &weights, 13, further_stages(&weights), &bend()),
        tableau: tableau(weights),
    }
}

fn tableau(weights: Vec<Rational>) -> Tableau {
    Tableau {
        name: "Verner 8(7)",
        order: 8,
        coefficients: coefficients(),
        weights,
        embedded: Some(Embedded {
            order: 7,
            weights: row(
                13,
                &[
                    (1, 13, 288),
                    (6, 32, 125),
                    (7, 31213, 144_000),
                    (8, 2401, 12375),
                    (9, 1701, 14080),
                    (10, 2401, 19200),
                    (11, 19, 450),
                ],
            ),
        }),
    }
}

fn coefficients() -> Vec<Vec<Rational>> {
    vec![
        row(0, &[]),
        row(1, &[(1, 1, 4)]),
        row(2, &[(1, 5, 72), (2, 1, 72)]),
        row(3, &[(1, 1, 32), (3, 3, 32)]),
        row(4, &[(1, 106, 125), (3, -408, 125), (4, 352, 125)]),
        row(5, &[(1, 1, 48), (4, 8, 33), (5, 125, 528)]),
        row(
            6,
            &[
                (1, -1263, 2401),
                (4, 39936, 26411),
                (5, -64125, 26411),
                (6, 5520, 2401),
            ],
        ),
        row(
            7,
            &[(1, 37, 392), (5, 1625, 9408), (6, -2, 15), (7, 61, 6720)],
        ),
        row(
            8,
            &[
                (1, 17176, 25515),
                (4, -47104, 25515),
                (5, 1325, 504),
                (6, -41792, 25515),
                (7, 20237, 145_800),
                (8, 4312, 6075),
            ],
        ),
        row(
            9,
            &[
                (1, -23834, 180_075),
                (4, -77824, 1_980_825),
                (5, -636_635, 633_864),
                (6, 254_048, 300_125),
                (7, -183, 7000),
                (8, 8, 11),
                (9, -324, 3773),
            ],
        ),
        row(
            10,
            &[
                (1, 12733, 7600),
                (4, -20032, 5225),
                (5, 456_485, 80256),
                (6, -42599, 7125),
                (7, 339_227, 912_000),
                (8, -1029, 4180),
                (9, 1701, 1408),
                (10, 5145, 2432),
            ],
        ),
        row(
            11,
            &[
                (1, -27061, 204_120),
                (4, 40448, 280_665),
                (5, -1_353_775, 1_197_504),
                (6, 17662, 25515),
                (7, -71687, 1_166_400),
                (8, 98, 225),
                (9, 1, 16),
                (10, 3773, 11664),
            ],
        ),
        row(
            12,
            &[
                (1, 11203, 8680),
                (4, -38144, 11935),
                (5, 2_354_425, 458_304),
                (6, -84046, 16275),
                (7, 673_309, 1_636_800),
                (8, 4704, 8525),
                (9, 9477, 10912),
                (10, -1029, 992),
                (12, 729, 341),
            ],
        ),
    ]
}

/// f(θ⁺), and the stages at 1/5, 3/10, 1/2 and 3/4.
fn further_stages(weights: &[Rational]) -> Vec<Vec<Rational>> {
    vec![
        weights.to_vec(),
        row(
            14,
            &[
                (1, 60551, 1_125_000),
                (6, -7048, 1_171_875),
                (7, 105_301, 28_125_000),
                (8, 4_221_301, 28_125_000),
                (14, -1849, 1_125_000),
            ],
        ),
        row(
            15,
            &[
                (1, 244_499, 6_000_000),
                (6, 2787, 312_500),
                (7, 4_016_873, 660_000_000),
                (8, 316_862_371, 1_320_000_000),
                (9, -596_889, 44_000_000),
                (12, 5_057_397, 88_000_000),
                (13, 167_803, 12_000_000),
                (14, -12327, 800_000),
                (15, -49, 1280),
            ],
        ),
        row(
            16,
            &[
                (1, 4001, 51840),
                (6, 71, 900),
                (7, -175_273, 5_702_400),
                (8, -146_461, 1_036_800),
                (9, 57, 1280),
                (12, 309, 28160),
                (13, -3503, 103_680),
                (14, 97, 2304),
                (15, 3125, 6912),
            ],
        ),
        row(
            17,
            &[
                (1, 6911, 245_760),
                (6, 1479, 6400),
                (7, 88837, 2_457_600),
                (8, 4_900_441, 13_516_800),
                (9, 172_449, 1_802_240),
                (12, 15957, 81920),
                (13, -1457, 122_880),
                (14, 69, 16384),
                (15, -3125, 16384),
            ],
        ),
    ]
}

/// What is added to the cubic of Hermite for order 7.
fn bend() -> Vec<(usize, Vec<Rational>)> {
    let rows: [(usize, [(i64, i64); 4]); 11] = [
        (
            1,
            [(-22849, 3760), (110_686, 6345), (-56095, 2538), (4300, 423)],
        ),
        (
            6,
            [
                (12352, 1175),
                (-189_824, 3525),
                (356_096, 3525),
                (-16384, 235),
            ],
        ),
        (
            7,
            [
                (6_168_169, 1_240_800),
                (-4_907_644, 116_325),
                (49_026_019, 465_300),
                (-235_298, 2585),
            ],
        ),
        (
            8,
            [
                (1_798_349, 112_800),
                (-15_109_493, 232_650),
                (44_488_129, 465_300),
                (-33614, 705),
            ],
        ),
        (
            9,
            [(38637, 7520), (-81162, 2585), (138_267, 2068), (-2430, 47)],
        ),
        (
            12,
            [
                (700_569, 82720),
                (-39609, 1034),
                (660_717, 10340),
                (-19926, 517),
            ],
        ),
        (
            13,
            [(1271, 2256), (-16151, 2115), (92101, 4230), (-2852, 141)],
        ),
        (
            14,
            [(-1471, 3290), (23424, 1645), (-59924, 1645), (11488, 329)],
        ),
        (
            16,
            [
                (-62500, 2961),
                (3_125_000, 26649),
                (-5_375_000, 26649),
                (1_000_000, 8883),
            ],
        ),
        (17, [(-1548, 235), (2584, 235), (-504, 235), (448, 47)]),
        (18, [(-512, 45), (31744, 405), (-77824, 405), (4096, 27)]),
    ];
    rows.map(|(stage, bend)| (stage - 1, fractions(&bend)))
        .to_vec()
}

/// A row of so many entries, zero but for the stages listed, which are counted from 1.
fn row(length: usize, entries: &[(usize, i64, i64)]) -> Vec<Rational> {
    let mut row = fractions(&vec![(0, 1); length]);
    for (stage, numerator, denominator) in entries {
        row[stage - 1] = super::rational(*numerator, *denominator);
    }
    row
}
