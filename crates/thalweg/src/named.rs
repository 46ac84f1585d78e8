//! Closed choices that have a name: what experiment files, messages and tables call them.

/// A closed choice whose members have fixed names in experiment files and reports.
///
/// ```
/// use thalweg::{Named, network::Activation};
/// assert_eq!(Activation::from_name("tanh"), Some(Activation::Tanh));
/// assert_eq!(Activation::Relu.name(), "relu");
/// ```
pub trait Named: Sized + Copy + 'static {
    /// Every member with its name, in the order in which lists show them.
    const NAMES: &'static [(&'static str, Self)];

    /// The name of this member.
    fn name(self) -> &'static str
    where
        Self: PartialEq,
    {
        Self::NAMES
            .iter()
            .find(|(_, member)| *member == self)
            .map_or("", |(name, _)| name)
    }

    /// The member called `name`, or `None`.
    fn from_name(name: &str) -> Option<Self> {
        Self::NAMES
            .iter()
            .find(|(candidate, _)| *candidate == name)
            .map(|(_, member)| *member)
    }
}
