//! What claims and figures may refer to: sweeps, their axes, and measured quantities.

use thalweg::Named;
use thalweg::probe::Quantity;

use super::problem::Problem;
use super::reader::Reader;
use super::trial;
use super::want::TEXT;
use super::{Derived, Sweep};

/// The parts of an experiment that claims and figures refer to.
pub(super) struct References<'a> {
    /// The sweeps, whether or not all their trials could be read.
    pub sweeps: &'a [Sweep],
    /// What the probes measure; `None` if they could not be read.
    pub measured: Option<Vec<Quantity>>,
    /// The paths that overrides set. An override may take away the axis of a claim: the claim then
    /// stays undecided, which is no mistake in the file.
    pub overridden: Vec<&'a str>,
}

impl<'a> References<'a> {
    /// The sweep that `sweep` names; the only one if there is but one and none is named.
    pub fn read_sweep(&self, reader: &mut Reader<'_, '_>) -> Option<&'a Sweep> {
        let node = reader.node("sweep");
        if let (None, [only]) = (node, self.sweeps) {
            return Some(only);
        }
        reader.must_have("sweep", "the name of a sweep");
        let node = node?;
        let Ok(name) = (TEXT.read)(node) else {
            reader.unsuitable("sweep", node, TEXT.what);
            return None;
        };
        let sweep = self.sweeps.iter().find(|sweep| sweep.name == name);
        if sweep.is_none() {
            let known = self.sweeps.iter().map(|sweep| sweep.name.clone());
            reader.unknown_name("sweep", name, known.collect(), node.span);
        }
        sweep
    }

    /// The other sweep that `key` of a table names, beside the `own` one.
    pub fn read_other_sweep(
        &self,
        reader: &mut Reader<'_, '_>,
        key: &'static str,
        own: Option<&Sweep>,
    ) -> Option<&'a Sweep> {
        let name = reader.require(key, &TEXT)?;
        let span = reader.value_span(key)?;
        let others = || {
            let is_other = |sweep: &&Sweep| own.is_none_or(|own| own.name != sweep.name);
            self.sweeps.iter().filter(is_other)
        };
        let sweep = others().find(|sweep| sweep.name == name);
        if sweep.is_none() {
            let known = others().map(|sweep| sweep.name.clone()).collect();
            reader.unknown_name(key, name, known, span);
        }
        sweep
    }

    /// The dotted path at `key`, of a setting that varies in `sweep`.
    pub fn read_axis(
        &self,
        reader: &mut Reader<'_, '_>,
        key: &'static str,
        sweep: Option<&Sweep>,
    ) -> Option<String> {
        let path = reader.require(key, &TEXT)?;
        let span = reader.value_span(key)?;
        let derived = Derived::NAMES.iter().map(|(path, _)| *path);
        let mut known = trial::PATHS.into_iter().chain(derived);
        if !known.clone().any(|one| one == path) {
            let known = known.by_ref().map(str::to_owned).collect();
            reader.unknown_name(key, path, known, span);
            return None;
        }
        let sweep = sweep?;
        if !sweep.varies(&path) && !self.is_overridden(&path) {
            let problem = Problem::NotVaried {
                axis: path.clone(),
                sweep: sweep.name.clone(),
                varied: sweep.axes.iter().map(|axis| axis.path.clone()).collect(),
            };
            reader.problems.add(problem, Some(span));
        }
        Some(path)
    }

    /// The quantity at `key`, if it is given; it must be measured.
    pub fn read_quantity(
        &self,
        reader: &mut Reader<'_, '_>,
        key: &'static str,
    ) -> Option<Quantity> {
        let quantity = reader.choice(key)?;
        self.need(reader, key, quantity);
        Some(quantity)
    }

    /// The quantity at `key`, which must be given and measured.
    pub fn require_quantity(
        &self,
        reader: &mut Reader<'_, '_>,
        key: &'static str,
    ) -> Option<Quantity> {
        let quantity = reader.require_choice(key)?;
        self.need(reader, key, quantity);
        Some(quantity)
    }

    /// Records that `key` needs a quantity that no probe measures.
    pub fn need(&self, reader: &mut Reader<'_, '_>, key: &'static str, quantity: Quantity) {
        let is_measured = |measured: &Vec<Quantity>| measured.contains(&quantity);
        if self.measured.as_ref().is_none_or(is_measured) {
            return;
        }
        let problem = Problem::NotMeasured {
            quantity: quantity.name(),
            needed_for: reader.path_of(key),
        };
        let span = reader.value_span(key).or(reader.table_span());
        reader.problems.add(problem, span);
    }

    /// Whether an override sets the value at `path`, or an input of the derived setting there.
    pub fn is_overridden(&self, path: &str) -> bool {
        let inputs = Derived::from_name(path).map(Derived::inputs);
        let mut inputs = inputs.into_iter().flatten();
        self.overridden.contains(&path) || inputs.any(|input| self.overridden.contains(&input))
    }
}
