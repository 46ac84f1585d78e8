//! Gradient noise, against forming every example's gradient, and against the expectation over every
//! minibatch there is.

#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

use std::sync::Arc;

use thalweg::Threads;
use thalweg::network::{Activation, Distribution, Initialisation, Mlp, Network, VarianceScaling};
use thalweg::noise::{
    Drawing, EpochNoise, GradientNoise, MinibatchNoise, NoiseError, StreamedNoise,
};
use thalweg::objective::{Examples, FiniteSum, Loss, NormMethod, PerExample, Supervised, Targets};
use thalweg::vector::{dot, norm_squared};

const EXAMPLES: usize = 7;

fn objective(examples: usize, loss: Loss) -> (Supervised<f64>, Vec<f64>) {
    let network = Mlp::new(5, &[6, 4], 3, Activation::Tanh).unwrap();
    let start = Initialisation::new(VarianceScaling::Lecun, Distribution::Normal);
    let theta = network.parameters().initialise(start, 0.1, 3);
    let inputs = (1..=examples * 5).map(|i| (0.7 * i as f64).sin()).collect();
    let labels = (0..examples as u32).map(|i| (i * i) % 3).collect();
    let targets = Targets::Labels { labels, classes: 3 };
    let examples = Arc::new(Examples::new(inputs, 5, targets).unwrap());
    let objective = Supervised::new(Box::new(network), loss, examples, Threads::one()).unwrap();
    (objective, theta)
}

fn gradients(objective: &mut Supervised<f64>, theta: &[f64]) -> Vec<Vec<f64>> {
    let count = objective.examples();
    let one = |example| {
        let mut gradient = vec![0.0; theta.len()];
        objective
            .minibatch_gradient(&[example], theta, &mut gradient)
            .unwrap();
        gradient
    };
    (0..count).map(one).collect()
}

fn mean(vectors: &[&Vec<f64>]) -> Vec<f64> {
    let count = vectors.len() as f64;
    let column = |i: usize| vectors.iter().map(|vector| vector[i]).sum::<f64>() / count;
    (0..vectors[0].len()).map(column).collect()
}

fn variance(vectors: &[&Vec<f64>]) -> f64 {
    let mean = mean(vectors);
    let square = |v: &&Vec<f64>| {
        v.iter()
            .zip(&mean)
            .map(|(x, m)| (x - m).powi(2))
            .sum::<f64>()
    };
    vectors.iter().map(square).sum::<f64>() / vectors.len() as f64
}

fn assert_close(ours: f64, theirs: f64, what: &str) {
    assert!(
        (ours - theirs).abs() < 1e-12 * (1.0 + theirs.abs()),
        "{what}: {ours}, {theirs}"
    );
}

/// All minibatches of three different examples.
fn triples() -> Vec<Vec<usize>> {
    let mut triples = Vec::new();
    for a in 0..EXAMPLES {
        for b in a + 1..EXAMPLES {
            triples.extend((b + 1..EXAMPLES).map(|c| vec![a, b, c]));
        }
    }
    triples
}

#[test]
fn gamma_is_the_variance_of_the_examples_gradients_also_by_layer_and_in_chunks() {
    for loss in [Loss::CrossEntropy, Loss::MeanSquaredError] {
        for (examples, chunk) in [(EXAMPLES, 1024), (EXAMPLES, 2), (600, 1024), (600, 7)] {
            let (objective, theta) = objective(examples, loss);
            let mut objective = objective.with_chunk(chunk);
            let mut gradient = vec![0.0; theta.len()];
            let noise = GradientNoise::measure(&mut objective, &theta, &mut gradient).unwrap();
            let each = gradients(&mut objective, &theta);
            let all: Vec<&Vec<f64>> = each.iter().collect();
            assert_close(noise.gradient_variance, variance(&all), "gamma");
            assert_close(
                noise.gradient_norm_squared,
                norm_squared(&mean(&all)),
                "norm",
            );
            let scale = noise.noise_scale().unwrap();
            assert_close(scale, variance(&all) / norm_squared(&mean(&all)), "scale");
            let layer = noise.by_example.square_norms_of_layer("layers.1");
            assert_close(layer[4], norm_squared(&each[4][36..64]), "layer");
            assert_eq!(
                noise.by_example.layers(),
                ["layers.0", "layers.1", "layers.2"]
            );
            let tensors = noise.by_example.tensors.iter();
            assert!(
                tensors
                    .into_iter()
                    .all(|one| one.method == NormMethod::Factored)
            );
        }
    }
}

#[test]
fn products_are_those_with_the_mean_gradient_in_one_part_and_in_many() {
    for (examples, chunk) in [(EXAMPLES, 1024), (600, 1024), (600, 7)] {
        let (objective, theta) = objective(examples, Loss::CrossEntropy);
        let mut objective = objective.with_chunk(chunk);
        let mut gradient = vec![0.0; theta.len()];
        let wanted = PerExample::SquareNormsAndProducts;
        let seen = objective
            .example_gradients(&theta, &mut gradient, wanted)
            .unwrap();
        let each = gradients(&mut objective, &theta);
        let pairs = each.iter().zip(seen.products.as_ref().unwrap());
        for ((own, product), norm) in pairs.zip(seen.square_norms()) {
            assert_close(*product, dot(own, &gradient), "product");
            assert_close(norm, norm_squared(own), "norm");
        }
    }
}

#[test]
fn estimates_from_minibatches_are_unbiased_over_all_of_them() {
    let (mut objective, theta) = objective(EXAMPLES, Loss::CrossEntropy);
    let mut gradient = vec![0.0; theta.len()];
    let noise = GradientNoise::measure(&mut objective, &theta, &mut gradient).unwrap();
    let mut tuples = Vec::new();
    for index in 0..EXAMPLES * EXAMPLES * EXAMPLES {
        let digit = |place: usize| index / EXAMPLES.pow(place as u32) % EXAMPLES;
        tuples.push(vec![digit(0), digit(1), digit(2)]);
    }
    for (drawing, batches) in [
        (Drawing::WithoutReplacement, triples()),
        (Drawing::WithReplacement, tuples),
    ] {
        let (mut variance, mut norm, mut biased) = (0.0, 0.0, 0.0);
        for batch in &batches {
            let seen =
                MinibatchNoise::measure(&mut objective, batch, drawing, &theta, &mut gradient);
            let seen = seen.unwrap();
            variance += seen.gradient_variance().unwrap().value / batches.len() as f64;
            norm += seen.gradient_norm_squared().unwrap().value / batches.len() as f64;
            biased += seen.minibatch_norm_squared / batches.len() as f64;
        }
        assert_close(variance, noise.gradient_variance, "variance");
        assert_close(norm, noise.gradient_norm_squared, "norm");
        let added = match drawing {
            Drawing::WithoutReplacement => noise.minibatch_variance(3).unwrap(),
            Drawing::WithReplacement => noise.gradient_variance / 3.0,
        };
        assert_close(biased, noise.gradient_norm_squared + added, "biased");
        assert!(
            added > 0.1 * noise.gradient_norm_squared,
            "the bias is there to be seen"
        );
    }
}

#[test]
fn minibatch_norms_estimate_the_regulariser_and_half_products_the_gradient() {
    let (mut objective, theta) = objective(EXAMPLES, Loss::CrossEntropy);
    let mut gradient = vec![0.0; theta.len()];
    let noise = GradientNoise::measure(&mut objective, &theta, &mut gradient).unwrap();
    let all = EpochNoise::measure(&mut objective, &triples(), &theta, &mut gradient).unwrap();
    let expected = noise.gradient_norm_squared + noise.minibatch_variance(3).unwrap();
    assert_close(
        all.minibatch_norm_squared().unwrap().value,
        expected,
        "regulariser",
    );
    assert_close(all.loss, noise.loss, "loss");
    // Every pair of examples, in both orders, as the halves of a minibatch.
    let ordered = (0..EXAMPLES).flat_map(|a| (0..EXAMPLES).map(move |b| [a, b]));
    let pairs: Vec<[usize; 2]> = ordered.filter(|[a, b]| a != b).collect();
    let all = EpochNoise::measure(&mut objective, &pairs, &theta, &mut gradient).unwrap();
    let expected = noise.gradient_norm_squared - noise.gradient_variance / 6.0;
    let halves = all.half_batch_product().unwrap();
    assert_close(halves.value, expected, "half batches");
    assert!(halves.standard_error.unwrap() > 0.0 && halves.samples == 42);
    // One epoch of unequal minibatches: the whole gradient comes with it.
    let epoch = [vec![0, 1, 2], vec![3, 4, 5], vec![6]];
    let seen = EpochNoise::measure(&mut objective, &epoch, &theta, &mut gradient).unwrap();
    assert_close(
        norm_squared(&gradient),
        noise.gradient_norm_squared,
        "gradient",
    );
    assert_eq!((seen.square_norms.len(), seen.half_products.len()), (3, 2));
}

#[test]
fn the_standard_error_is_that_of_leaving_out_each_example() {
    let (mut objective, theta) = objective(EXAMPLES, Loss::CrossEntropy);
    let batch = [5, 1, 3, 0, 6];
    let drawing = Drawing::WithReplacement;
    let mut gradient = vec![0.0; theta.len()];
    let seen = MinibatchNoise::measure(&mut objective, &batch, drawing, &theta, &mut gradient);
    let seen = seen.unwrap();
    let each = gradients(&mut objective, &theta);
    let sample_variance = |batch: &[usize]| {
        let own: Vec<&Vec<f64>> = batch.iter().map(|j| &each[*j]).collect();
        variance(&own) * own.len() as f64 / (own.len() - 1) as f64
    };
    let left_out: Vec<f64> = (0..batch.len())
        .map(|out| {
            let rest: Vec<usize> = (0..batch.len())
                .filter(|j| *j != out)
                .map(|j| batch[j])
                .collect();
            sample_variance(&rest)
        })
        .collect();
    let mean = left_out.iter().sum::<f64>() / 5.0;
    let expected = (0.8 * left_out.iter().map(|x| (x - mean).powi(2)).sum::<f64>()).sqrt();
    let ours = seen.gradient_variance().unwrap();
    assert_close(ours.value, sample_variance(&batch), "value");
    assert_close(ours.standard_error.unwrap(), expected, "standard error");
    // Here the estimate of ‖∇E‖² is negative; over all examples it is exact.
    assert!(matches!(
        seen.noise_scale(),
        Err(NoiseError::NoGradient { .. })
    ));
    let whole = GradientNoise::measure(&mut objective, &theta, &mut gradient).unwrap();
    let (all, drawing) = ([0, 1, 2, 3, 4, 5, 6], Drawing::WithoutReplacement);
    let seen = MinibatchNoise::measure(&mut objective, &all, drawing, &theta, &mut gradient);
    let scale = seen.unwrap().noise_scale().unwrap();
    assert_close(scale.value, whole.noise_scale().unwrap(), "noise scale");
    assert!(scale.standard_error.unwrap() > 0.0);
}

#[test]
fn what_is_undefined_is_said_to_be() {
    let (mut objective, theta) = objective(EXAMPLES, Loss::CrossEntropy);
    let mut gradient = vec![0.0; theta.len()];
    let drawing = Drawing::WithoutReplacement;
    let one =
        MinibatchNoise::measure(&mut objective, &[2], drawing, &theta, &mut gradient).unwrap();
    assert_eq!(
        one.gradient_variance().unwrap_err().to_string(),
        "the variance of gradients is undefined for 1 example in the minibatch: it needs at least 2"
    );
    assert!(matches!(one.noise_scale(), Err(NoiseError::TooFew { .. })));
    let two = MinibatchNoise::measure(&mut objective, &[2, 3], drawing, &theta, &mut gradient);
    assert_eq!(
        two.unwrap().gradient_variance().unwrap().standard_error,
        None
    );
    let single = EpochNoise::measure(&mut objective, &[[4]], &theta, &mut gradient).unwrap();
    assert_eq!(
        single.minibatch_norm_squared().unwrap().standard_error,
        None
    );
    assert_eq!(
        single.half_batch_product().unwrap_err().to_string(),
        "the product of half-batch gradients is undefined for 0 minibatches of two examples or \
         more: it needs at least 1"
    );
    let noise = GradientNoise::measure(&mut objective, &theta, &mut gradient).unwrap();
    assert!(noise.minibatch_variance(0).is_err() && noise.minibatch_variance(8).is_err());
    assert_eq!(noise.minibatch_variance(7).unwrap(), 0.0);
    let mut broken = theta.clone();
    broken[1] = f64::NAN;
    let error = GradientNoise::measure(&mut objective, &broken, &mut gradient).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the gradient of example 0 has the square norm NaN: the loss has diverged"
    );
}

/// Over every ordered pair of two minibatches of two examples, without a common one or of any.
#[test]
fn successive_minibatches_estimate_variance_and_norm_without_bias() {
    let (mut objective, theta) = objective(EXAMPLES, Loss::CrossEntropy);
    let mut gradient = vec![0.0; theta.len()];
    let noise = GradientNoise::measure(&mut objective, &theta, &mut gradient).unwrap();
    let gradients = gradients(&mut objective, &theta);
    let pairs = |with_replacement: bool| {
        let all = (0..EXAMPLES).flat_map(|a| (0..EXAMPLES).map(move |b| (a, b)));
        all.filter(move |(a, b)| with_replacement || a != b)
    };
    for drawing in [Drawing::WithoutReplacement, Drawing::WithReplacement] {
        let with_replacement = drawing == Drawing::WithReplacement;
        let (mut norms, mut products, mut count) = (0.0, 0.0, 0.0);
        for (a, b) in pairs(with_replacement) {
            let first = mean(&[&gradients[a], &gradients[b]]);
            for (c, d) in pairs(with_replacement) {
                if !with_replacement && [c, d].iter().any(|one| *one == a || *one == b) {
                    continue;
                }
                let second = mean(&[&gradients[c], &gradients[d]]);
                norms += norm_squared(&first);
                products += dot(&first, &second);
                count += 1.0;
            }
        }
        let streamed = StreamedNoise {
            examples: EXAMPLES,
            batch_size: 2,
            drawing,
            minibatch_norm_squared: norms / count,
            successive_product: products / count,
        };
        let (variance, norm) = (
            streamed.gradient_variance(),
            streamed.gradient_norm_squared(),
        );
        assert_close(variance, noise.gradient_variance, "the variance");
        assert_close(norm, noise.gradient_norm_squared, "the norm");
    }
}
