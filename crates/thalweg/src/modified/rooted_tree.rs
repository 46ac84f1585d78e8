//! Rooted trees: the names of the terms of every series in powers of a step size.

use std::fmt;

use num_bigint::BigUint;

/// A rooted tree without labels, τ = [τ₁, …, τ_k], kept in one canonical form: two values are equal
/// where the trees are.
///
/// Trees are ordered by their number of vertices first. Hairer, Lubich and Wanner, *Geometric
/// Numerical Integration* (2nd ed. 2006), III.1.1.
///
/// ```
/// use thalweg::modified::RootedTree;
///
/// let cherry = RootedTree::new(vec![RootedTree::vertex(), RootedTree::vertex()]);
/// assert_eq!(cherry.to_string(), "[•,•]");
/// assert_eq!((cherry.order(), cherry.symmetry(), cherry.density()), (3, 2u32.into(), 3u32.into()));
/// let counts = [1, 2, 4, 8, 17];
/// assert_eq!([1, 2, 3, 4, 5].map(|order| RootedTree::up_to(order).len()), counts);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RootedTree {
    /// First, for the derived order.
    order: usize,
    /// Never decreasing.
    children: Vec<RootedTree>,
}

impl RootedTree {
    /// •, the tree of one vertex.
    #[must_use]
    pub fn vertex() -> Self {
        Self::new(Vec::new())
    }

    /// [τ₁, …, τ_k], a root joined to the roots of its `children`, in whatever order they come.
    #[must_use]
    pub fn new(mut children: Vec<RootedTree>) -> Self {
        children.sort_unstable();
        let order = 1 + children.iter().map(Self::order).sum::<usize>();
        Self { order, children }
    }

    /// All trees of at most `order` vertices in their order: 1, 1, 2, 4, 9, 20, 48, 115, 286, 719, …
    /// of each number of vertices.
    #[must_use]
    pub fn up_to(order: usize) -> Vec<RootedTree> {
        let mut trees = Vec::new();
        for vertices in 1..=order {
            let mut level: Vec<_> = forests(&trees, vertices - 1, 0)
                .into_iter()
                .map(Self::new)
                .collect();
            level.sort_unstable();
            trees.append(&mut level);
        }
        trees
    }

    /// |τ|, the number of vertices.
    #[must_use]
    pub fn order(&self) -> usize {
        self.order
    }

    /// τ₁, …, τ_k, never decreasing.
    #[must_use]
    pub fn children(&self) -> &[RootedTree] {
        &self.children
    }

    /// σ(τ) = Π σ(τᵢ)^μᵢ μᵢ! over the different children, μᵢ times each: the number of ways to map
    /// the tree onto itself (ibid.).
    #[must_use]
    pub fn symmetry(&self) -> BigUint {
        let equal = self.children.chunk_by(|one, other| one == other);
        equal.fold(BigUint::from(1u32), |product, group| {
            let (each, count) = (group[0].symmetry(), group.len() as u32);
            (1..=count).fold(product * each.pow(count), |product, factor| {
                product * factor
            })
        })
    }

    /// γ(τ) = |τ| Π γ(τᵢ), such that the exact flow has the coefficient 1/γ(τ) (ibid.).
    #[must_use]
    pub fn density(&self) -> BigUint {
        let own = BigUint::from(self.order);
        let children = self.children.iter();
        children.fold(own, |product, child| product * child.density())
    }

    /// The tree with one more child of its root.
    #[must_use]
    pub fn with_child(&self, child: RootedTree) -> Self {
        let mut children = self.children.clone();
        children.push(child);
        Self::new(children)
    }

    /// The two trees left when an edge is cut, for each of the |τ| − 1 edges: that with the root,
    /// and the branch cut off.
    #[must_use]
    pub fn cuts(&self) -> Vec<(RootedTree, RootedTree)> {
        let mut cuts = Vec::with_capacity(self.order - 1);
        for (index, child) in self.children.iter().enumerate() {
            let rest = self.without_child(index);
            for (trunk, branch) in child.cuts() {
                cuts.push((rest.with_child(trunk), branch));
            }
            cuts.push((rest, child.clone()));
        }
        cuts
    }

    /// The same tree with each of its |τ| vertices as root; the first is the tree itself. Trees that
    /// differ in the root only are one *free* tree.
    #[must_use]
    pub fn rootings(&self) -> Vec<RootedTree> {
        let mut rootings = vec![self.clone()];
        for (index, child) in self.children.iter().enumerate() {
            child.collect_rootings(self.without_child(index), &mut rootings);
        }
        rootings
    }

    /// The rootings at the vertices of a subtree, where `above` is what hangs at its root instead
    /// when that becomes the root of all.
    fn collect_rootings(&self, above: RootedTree, rootings: &mut Vec<RootedTree>) {
        let rooted = self.with_child(above.clone());
        for (index, child) in self.children.iter().enumerate() {
            let rest = self.without_child(index).with_child(above.clone());
            child.collect_rootings(rest, rootings);
        }
        rootings.push(rooted);
    }

    fn without_child(&self, index: usize) -> Self {
        let mut children = self.children.clone();
        children.remove(index);
        Self::new(children)
    }
}

/// Every multiset of trees, none before number `first`, that has so many vertices in all.
fn forests(trees: &[RootedTree], vertices: usize, first: usize) -> Vec<Vec<RootedTree>> {
    if vertices == 0 {
        return vec![Vec::new()];
    }
    let mut found = Vec::new();
    let fitting = trees.iter().enumerate().skip(first);
    for (index, tree) in fitting.take_while(|(_, tree)| tree.order <= vertices) {
        for mut forest in forests(trees, vertices - tree.order, index) {
            forest.push(tree.clone());
            found.push(forest);
        }
    }
    found
}

/// • for one vertex, \[τ₁,…,τ_k\] else, as the literature writes trees.
impl fmt::Display for RootedTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((first, rest)) = self.children.split_first() else {
            return f.write_str("•");
        };
        write!(f, "[{first}")?;
        for child in rest {
            write!(f, ",{child}")?;
        }
        f.write_str("]")
    }
}
