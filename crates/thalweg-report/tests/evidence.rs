//! The page of the evidence.
#![allow(clippy::unwrap_used)] // helpers of tests are tests

mod evidence_sample;
mod markup;

use crate::evidence_sample::evidence;
use thalweg_report::render_evidence;

#[test]
fn the_page_tells_what_fails_and_what_is_open_before_the_claims_in_order() {
    let page = render_evidence(&evidence(), &["four"]).unwrap();
    markup::elements(&page).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(markup::outside_references(&page), [""; 0]);
    let parts = [
        "Of 3 claims of 3 reproductions 1 hold, 1 do not hold, and 1 are undecided.",
        "ended in an error: four",
        "What does not hold",
        "Claim &lt;b&gt; &amp; more",
        "What is undecided",
        "Claim &lt;c&gt; &amp; more",
        "Claim by claim",
        "href=\"one-paper/report.html\"",
        "href=\"two-paper/report.html\"",
        "href=\"three-paper/report.html\"",
    ];
    let mut rest = page.split_once("<body>").unwrap().1;
    for part in parts {
        let found = rest.find(part);
        rest = &rest[found.unwrap_or_else(|| panic!("{part} is missing or out of order"))..];
    }
    assert_eq!(page, render_evidence(&evidence(), &["four"]).unwrap());
}

#[test]
fn where_everything_holds_nothing_else_is_spoken_of() {
    let mut evidence = evidence();
    evidence.truncate(1);
    evidence[0].claims.truncate(1);
    let page = render_evidence(&evidence, &[]).unwrap();
    for words in ["does not hold", "undecided</h2>", "Not checked"] {
        let body = page.split_once("<main").unwrap().1;
        assert!(!body.contains(words), "{words}");
    }
}
