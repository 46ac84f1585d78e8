//! From recorded bytes to the numbers a network sees.

use std::ops::Div;

/// How the pixels of an image become inputs. p is the byte of a pixel, 0 … 255.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Scaling {
    /// p / 255, so that inputs lie in [0, 1].
    #[default]
    Unit,
    /// (p − m) / s with the mean m and standard deviation s of the image's own pixels (the
    /// population's, dividing by their number): each image has mean 0 and variance 1.
    /// An image of one grey only becomes zeros.
    Standardised,
    /// p itself.
    Raw,
}

impl Scaling {
    /// Every scaling with its name in experiment files, in the order in which lists show them.
    pub const NAMES: &'static [(&'static str, Self)] = &[
        ("unit", Self::Unit),
        ("standardised", Self::Standardised),
        ("raw", Self::Raw),
    ];

    /// The name of this scaling.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Standardised => "standardised",
            Self::Raw => "raw",
        }
    }

    /// The scaling called `name`, or `None`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES
            .iter()
            .find(|(candidate, _)| *candidate == name)
            .map(|&(_, scaling)| scaling)
    }

    /// Appends the scaled pixels of one image to `inputs`.
    pub(crate) fn scale<T: Precision>(self, image: &[u8], inputs: &mut Vec<T>) {
        let raw = image.iter().map(|&pixel| T::from(pixel));
        match self {
            Self::Unit => inputs.extend(raw.map(|pixel| pixel / T::from(u8::MAX))),
            Self::Standardised => inputs.extend(standardised(image).map(T::rounded)),
            Self::Raw => inputs.extend(raw),
        }
    }
}

/// (p − m) / s = (n·p − Σp) / √(n·Σp² − (Σp)²): the sums are exact integers, so only the quotient rounds.
fn standardised(image: &[u8]) -> impl Iterator<Item = f64> {
    let count = image.len() as i64;
    let sum: i64 = image.iter().map(|&pixel| i64::from(pixel)).sum();
    let squares: i64 = image.iter().map(|&pixel| i64::from(pixel).pow(2)).sum();
    let spread = i128::from(count) * i128::from(squares) - i128::from(sum).pow(2);
    let scale = if spread == 0 {
        0.0
    } else {
        (spread as f64).sqrt().recip()
    };
    image
        .iter()
        .map(move |&pixel| (count * i64::from(pixel) - sum) as f64 * scale)
}

/// A floating-point type that inputs come in: `f32` or `f64`.
pub trait Precision: Copy + From<u8> + Div<Output = Self> + sealed::Sealed {
    /// The value of this type nearest to `value`.
    fn rounded(value: f64) -> Self;
}

impl Precision for f32 {
    fn rounded(value: f64) -> Self {
        value as f32
    }
}

impl Precision for f64 {
    fn rounded(value: f64) -> Self {
        value
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scaled<T: Precision>(scaling: Scaling, image: &[u8]) -> Vec<T> {
        let mut inputs = Vec::new();
        scaling.scale(image, &mut inputs);
        inputs
    }

    #[test]
    fn names_lead_back_to_their_scaling() {
        for &(name, scaling) in Scaling::NAMES {
            assert_eq!(scaling.name(), name);
            assert_eq!(Scaling::from_name(name), Some(scaling));
        }
        assert_eq!(Scaling::from_name("Unit"), None);
    }

    #[test]
    fn unit_scaling_divides_in_the_precision_asked_for() {
        assert_eq!(
            scaled::<f32>(Scaling::Unit, &[0, 51, 255]),
            [0.0, 51.0 / 255.0, 1.0]
        );
        assert_eq!(scaled::<f64>(Scaling::Unit, &[77]), [77.0 / 255.0]);
        assert_ne!(
            f64::from(scaled::<f32>(Scaling::Unit, &[77])[0]),
            77.0 / 255.0
        );
    }

    #[test]
    fn standardised_images_have_mean_zero_and_variance_one() {
        let image: Vec<u8> = (0..784).map(|i| (i * i % 251) as u8).collect();
        let inputs = scaled::<f64>(Scaling::Standardised, &image);
        let mean = inputs.iter().sum::<f64>() / 784.0;
        let variance = inputs.iter().map(|x| x * x).sum::<f64>() / 784.0 - mean * mean;
        assert!(mean.abs() < 1e-14 && (variance - 1.0).abs() < 1e-14);
        assert_eq!(scaled::<f64>(Scaling::Standardised, &[1, 3]), [-1.0, 1.0]);
    }

    #[test]
    fn an_image_of_one_grey_becomes_zeros_when_standardised() {
        assert_eq!(scaled::<f32>(Scaling::Standardised, &[9; 4]), [0.0; 4]);
    }

    #[test]
    fn raw_scaling_keeps_the_bytes() {
        assert_eq!(scaled::<f32>(Scaling::Raw, &[0, 7, 255]), [0.0, 7.0, 255.0]);
    }
}
