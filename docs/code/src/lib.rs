//! Compiles what the book says: each chapter with Rust in it is the documentation of an item, so that
//! its code runs with the documentation tests. The tests beside this crate check its experiment files,
//! its excerpts from the source, and the links of every document.

#[cfg(doctest)]
#[doc = include_str!("../../src/adding-an-optimizer.md")]
struct AddingAnOptimizer;

#[cfg(doctest)]
#[doc = include_str!("../../src/adding-a-probe.md")]
struct AddingAProbe;

#[cfg(doctest)]
#[doc = include_str!("../../src/adding-a-primitive.md")]
struct AddingAPrimitive;

#[cfg(doctest)]
#[doc = include_str!("../../src/adding-a-reproduction.md")]
struct AddingAReproduction;

#[cfg(doctest)]
#[doc = include_str!("../../src/library.md")]
struct Library;

#[cfg(doctest)]
#[doc = include_str!("../../src/probes.md")]
struct Probes;

#[cfg(doctest)]
#[doc = include_str!("../../src/robustness-and-surfaces.md")]
struct RobustnessAndSurfaces;

#[cfg(doctest)]
#[doc = include_str!("../../src/verification.md")]
struct Verification;
