//! Evidence as several reproductions leave it.

use thalweg_lab::claim::Ruling;
use thalweg_lab::reproduction::{Judged, Reproduced};

fn claim(name: &str, ruling: Ruling) -> Judged {
    Judged {
        name: name.into(),
        statement: format!("Claim <{name}> & more"),
        source: "Someone 2021, Figure 1".into(),
        ruling,
        measured: "0.5 (0.4 to 0.6)".into(),
        quantity: "test_accuracy".into(),
        expected: "at least 0.1".into(),
        explanation: "Over 5 seeds it is so.".into(),
    }
}

/// Two reproductions with claims of every ruling, and one without any.
pub fn evidence() -> Vec<Reproduced> {
    let reproduced = |name, claims| Reproduced {
        name,
        title: "A title",
        source: "A source",
        folder: format!("{name}-paper"),
        claims,
    };
    vec![
        reproduced(
            "one",
            vec![claim("a", Ruling::Holds), claim("b", Ruling::DoesNotHold)],
        ),
        reproduced("two", vec![claim("c", Ruling::Undecided)]),
        reproduced("three", Vec::new()),
    ]
}
