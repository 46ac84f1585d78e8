//! Simultaneous and alternating updates of games against their modified fields.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

mod accurate_flow;

use accurate_flow::{assert_order, distance, flow, landscape};
use thalweg::flow::{Field, GradientFlow, TracedField};
use thalweg::modified::{Game, HeavyBall, Updates};

const TIME: f64 = 1.0;
const STEPS: [usize; 4] = [100, 200, 400, 800];
const SIZES: [usize; 3] = [2, 1, 1];
const START: [f64; 4] = [0.7, -0.5, 1.1, 0.4];
const RATES: [f64; 3] = [1.0, 2.0, 0.5];

/// Three players with losses that share nothing but θ.
fn game() -> Game<TracedField> {
    let game = Game::of_losses(&SIZES, |theta| {
        let [a, b, c, d] = [0, 1, 2, 3].map(|index| theta.slice(0, index, 1));
        let first = a.power(2.0) * c + (b * d).tanh() + b.power(2.0) * 0.5;
        let second = (c - a * b).power(2.0) * 0.5 - c * d;
        let third = (d * c + b).softplus() + d.power(2.0) * a * 0.3;
        vec![first, second, third]
    });
    game.unwrap()
}

/// θ after so many updates of three players with learning rates hρ, written down player by player.
fn run(updates: Updates, rates: [f64; 3], steps: usize) -> Vec<f64> {
    let (mut field, mut theta) = (game(), START.to_vec());
    let mut velocity = [0.0; 4];
    for _ in 0..steps {
        let before = theta.clone();
        for (player, rate) in [0..2, 2..3, 3..4].into_iter().zip(rates) {
            let seen = match updates {
                Updates::Simultaneous => &before,
                Updates::Alternating => &theta,
            };
            field.velocity(seen, &mut velocity).unwrap();
            for index in player {
                theta[index] += TIME / steps as f64 * rate * velocity[index];
            }
        }
    }
    theta
}

fn errors<F: Field>(
    updates: Updates,
    rates: [f64; 3],
    field: impl Fn(Game<TracedField>, f64) -> F,
) -> Vec<f64> {
    let error = |steps: usize| {
        let mut field = field(game().with_rates(&rates).unwrap(), TIME / steps as f64);
        distance(&run(updates, rates, steps), &flow(&mut field, &START, TIME))
    };
    STEPS.map(error).to_vec()
}

#[test]
fn updates_follow_their_modified_field_to_second_order_at_any_rates() {
    for rates in [[1.0; 3], RATES] {
        let simultaneous = errors(Updates::Simultaneous, rates, |game, rate| {
            game.simultaneous(rate).unwrap()
        });
        assert_order(&simultaneous, 2.0, "simultaneous");
        let alternating = errors(Updates::Alternating, rates, |game, rate| {
            game.alternating(rate).unwrap()
        });
        assert_order(&alternating, 2.0, "alternating");
    }
}

#[test]
fn updates_follow_the_game_itself_or_the_other_updates_field_to_first_order_only() {
    for updates in [Updates::Simultaneous, Updates::Alternating] {
        assert_order(
            &errors(updates, RATES, |game, _| game),
            1.0,
            "the game itself",
        );
    }
    let crossed = errors(Updates::Simultaneous, RATES, |game, rate| {
        game.alternating(rate).unwrap()
    });
    assert_order(&crossed, 1.0, "alternating field for simultaneous updates");
    let crossed = errors(Updates::Alternating, RATES, |game, rate| {
        game.simultaneous(rate).unwrap()
    });
    assert_order(&crossed, 1.0, "simultaneous field for alternating updates");
    let twice = errors(Updates::Simultaneous, RATES, |game, rate| {
        game.simultaneous(2.0 * rate).unwrap()
    });
    assert_order(&twice, 1.0, "h for h/2");
}

/// min over x, max over y of xy.
fn bilinear() -> Game<TracedField> {
    let game = Game::of_losses(&[1, 1], |theta| {
        let payoff = theta.slice(0, 0, 1) * theta.slice(0, 1, 1);
        vec![payoff, -payoff]
    });
    game.unwrap()
}

#[test]
fn simultaneous_players_of_xy_spiral_out_at_the_rate_that_the_modified_field_predicts() {
    let (rate, steps) = (0.02, 500);
    let mut theta = [1.0, 0.0];
    for _ in 0..steps {
        theta = [theta[0] - rate * theta[1], theta[1] + rate * theta[0]];
    }
    let time = rate * f64::from(steps);
    let end = flow(
        &mut bilinear().simultaneous(rate).unwrap(),
        &[1.0, 0.0],
        time,
    );
    let norm = |theta: &[f64]| theta.iter().map(|x| x * x).sum::<f64>().sqrt();
    // The field is (−y + hx/2, x + hy/2): ‖θ‖ grows as e^(ht/2), in truth as (1 + h²)^(n/2).
    let (predicted, seen) = ((rate * time / 2.0).exp(), norm(&theta));
    assert!((norm(&end) - predicted).abs() < 1e-10);
    assert!(
        seen > 1.1 && (seen / predicted - 1.0).abs() < 1e-4,
        "{seen} {predicted}"
    );
    // The game itself predicts no growth at all.
    assert!((norm(&flow(&mut bilinear(), &[1.0, 0.0], time)) - 1.0).abs() < 1e-10);
}

#[test]
fn alternating_players_of_xy_keep_what_their_modified_field_keeps() {
    let rate = 0.2;
    let mut field = bilinear().alternating(rate).unwrap();
    // x' = −∂K/∂y, y' = ∂K/∂x with K = (x² + y² − hxy)/2: Hamiltonian.
    let invariant = |theta: &[f64]| {
        let [x, y] = [theta[0], theta[1]];
        (x * x + y * y - rate * x * y) / 2.0
    };
    let mut velocity = [0.0; 2];
    for theta in [[1.0, 0.0], [0.3, -2.0], [1.5, 0.7]] {
        field.velocity(&theta, &mut velocity).unwrap();
        let expected = [
            -theta[1] + rate * theta[0] / 2.0,
            theta[0] - rate * theta[1] / 2.0,
        ];
        assert!(distance(&velocity, &expected) < 1e-14);
    }
    // The updates keep K exactly, so they stay bounded; and the flow does.
    let start = [1.0, 0.4];
    let mut theta = start;
    for _ in 0..10_000 {
        theta[0] -= rate * theta[1];
        theta[1] += rate * theta[0];
        assert!((invariant(&theta) - invariant(&start)).abs() < 1e-11);
    }
    let end = flow(&mut field, &start, 10.0);
    assert!((invariant(&end) - invariant(&start)).abs() < 1e-10);
}

#[test]
fn one_player_who_descends_a_loss_follows_the_modified_flow_of_gradient_descent() {
    let rate = 0.1;
    let start = accurate_flow::START;
    let mut expected = [0.0; 3];
    let mut descent = HeavyBall::new(rate, 0.0).unwrap().flow(landscape());
    descent.velocity(&start, &mut expected).unwrap();
    for updates in [Updates::Simultaneous, Updates::Alternating] {
        let alone = Game::new(GradientFlow::new(landscape()), &[3]).unwrap();
        let mut field = match updates {
            Updates::Simultaneous => alone.simultaneous(rate).unwrap(),
            Updates::Alternating => alone.alternating(rate).unwrap(),
        };
        let mut velocity = [0.0; 3];
        field.velocity(&start, &mut velocity).unwrap();
        assert!(distance(&velocity, &expected) < 1e-14);
        assert_eq!(
            (field.work().gradients, field.work().hessian_vectors),
            (1, 1)
        );
    }
}

#[test]
fn work_is_one_derivative_a_player_and_games_that_do_not_fit_are_refused() {
    let mut field = game().alternating(0.1).unwrap();
    field.velocity(&START, &mut [0.0; 4]).unwrap();
    assert_eq!(
        (field.work().gradients, field.work().hessian_vectors),
        (1, 3)
    );
    assert!(field.velocity(&START, &mut [0.0; 3]).is_err());
    let message = |result: Result<Game<TracedField>, thalweg::modified::GameError>| {
        result.unwrap_err().to_string()
    };
    let losses = Game::of_losses(&[1, 1], |theta| vec![theta.sum_all()]);
    assert_eq!(message(losses), "1 losses given for 2 players");
    assert_eq!(
        message(game().with_rates(&[1.0, 2.0])),
        "2 rates given for 3 players"
    );
    assert_eq!(
        message(game().with_rates(&[1.0, -2.0, 1.0])),
        "a player's rate is -2; it must be finite and positive"
    );
    let field = TracedField::new(2, |theta| vec![theta]).unwrap();
    assert_eq!(
        message(Game::new(field, &[1])),
        "the players own 1 elements in all, but θ has 2"
    );
}
