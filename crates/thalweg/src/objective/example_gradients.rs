//! What is known of the gradients of single examples.

pub use thalweg_graph::NormMethod;

/// What is asked of each example's gradient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PerExample {
    /// ‖∇Eⱼ‖². Costs next to nothing beside the gradient where all norms are factored.
    SquareNorms,
    /// The same and ∇Eⱼ·∇Ê, the inner products with the mean of all asked: a forward derivative
    /// more, two thirds of a gradient.
    SquareNormsAndProducts,
}

/// The square norms of each example's gradient, and their inner products with the mean gradient.
#[derive(Clone, Debug, PartialEq)]
pub struct ExampleGradients {
    /// The mean loss.
    pub loss: f64,
    /// The share of examples classified correctly, where there are labels.
    pub accuracy: Option<f64>,
    /// By tensor of θ, in its order.
    pub tensors: Vec<TensorNorms>,
    /// ∇Eⱼ·∇Ê for each example, if asked for.
    pub products: Option<Vec<f64>>,
}

/// The square norms of the gradients of one tensor.
#[derive(Clone, Debug, PartialEq)]
pub struct TensorNorms {
    /// Its name, such as `layers.0.weight`.
    pub name: String,
    /// ‖∂Eⱼ/∂p‖² for each example j.
    pub square_norms: Vec<f64>,
    /// Whether they were factored, or why gradients had to be formed one by one.
    pub method: NormMethod,
}

impl ExampleGradients {
    /// ‖∇Eⱼ‖² for each example j.
    #[must_use]
    pub fn square_norms(&self) -> Vec<f64> {
        self.sum_of(|_| true)
    }

    /// The same of one layer: the tensors whose names begin with `layer` and a point.
    #[must_use]
    pub fn square_norms_of_layer(&self, layer: &str) -> Vec<f64> {
        self.sum_of(|name| name.rsplit_once('.').is_some_and(|(own, _)| own == layer))
    }

    /// The layers, in the order of θ: names of tensors without their last part.
    #[must_use]
    pub fn layers(&self) -> Vec<&str> {
        let names = self.tensors.iter();
        let mut layers: Vec<&str> = names
            .filter_map(|tensor| Some(tensor.name.rsplit_once('.')?.0))
            .collect();
        layers.dedup();
        layers
    }

    fn sum_of(&self, is_wanted: impl Fn(&str) -> bool) -> Vec<f64> {
        let count = self
            .tensors
            .first()
            .map_or(0, |tensor| tensor.square_norms.len());
        let mut sums = vec![0.0; count];
        for tensor in self.tensors.iter().filter(|tensor| is_wanted(&tensor.name)) {
            for (sum, norm) in sums.iter_mut().zip(&tensor.square_norms) {
                *sum += norm;
            }
        }
        sums
    }
}
