//! What is asked of the gradients of single examples.

use thalweg_cpu::{Element, Stage};

use super::batch::Rows;
use super::partition::Partition;
use super::plans::Question;
use super::stream::Pass;
use super::{Evaluation, Supervised};
use crate::objective::{ExampleGradients, NormMethod, ObjectiveError, PerExample, TensorNorms};

/// Examples handled at once where some gradients have to be formed one by one.
const MATERIALISED_CHUNK: usize = 32;

impl<T: Element> Supervised<T> {
    /// The gradient and what is asked of each example, with inner products if `products`.
    pub(super) fn example_gradients_over(
        &mut self,
        rows: Rows<'_>,
        theta: &[T],
        gradient: &mut [T],
        wanted: PerExample,
    ) -> Result<ExampleGradients, ObjectiveError> {
        self.check("gradient", gradient)?;
        let methods = self.plans.norm_methods()?.to_vec();
        let is_factored = |method: &NormMethod| *method == NormMethod::Factored;
        let chunk = match methods.iter().all(is_factored) {
            true => self.chunk,
            false => self.chunk.min(MATERIALISED_CHUNK),
        };
        let partition = Partition::new(rows.len(), chunk);
        let mut own = vec![T::ZERO; rows.len() * (methods.len() + 1)];
        let first = Pass {
            question: Question::Examples,
            rows,
            partition,
            theta,
            directions: &[theta], // not read yet: θ stands in for its length
            stage: Some(Stage::First),
        };
        let Evaluation { loss, accuracy } = self.run(first, &mut [&mut *gradient], &mut own)?;
        let has_products = wanted == PerExample::SquareNormsAndProducts;
        if has_products {
            let direction = [&*gradient];
            let second = Pass {
                directions: &direction,
                stage: (!partition.is_long()).then_some(Stage::Second),
                ..first
            };
            if partition.is_long() {
                // Not all parts' memory is kept: everything is computed again.
                let mut again = vec![T::ZERO; theta.len()];
                self.run(second, &mut [&mut again], &mut own)?;
            } else {
                self.run(second, &mut [], &mut own)?;
            }
        }
        let tensors = self.parameters.iter().zip(methods).enumerate();
        let column = |column: usize| by_example(&own, partition, column);
        Ok(ExampleGradients {
            loss,
            accuracy,
            products: has_products.then(|| column(self.parameters.iter().len())),
            tensors: tensors
                .map(|(index, (parameter, method))| TensorNorms {
                    name: parameter.name.clone(),
                    square_norms: column(index),
                    method,
                })
                .collect(),
        })
    }
}

/// One column of what was asked of each example: parts lie one after another, columns in each.
fn by_example<T: Element>(own: &[T], partition: Partition, column: usize) -> Vec<f64> {
    let columns = own.len() / partition.rows();
    let mut values = Vec::with_capacity(partition.rows());
    for part in 0..partition.parts() {
        let range = partition.range(part);
        let start = range.start * columns + column * range.len();
        let part = &own[start..start + range.len()];
        values.extend(part.iter().map(|value| value.to_f64()));
    }
    values
}
