//! `mnist-small`: 5,000 training and 5,000 test digits of MNIST, 500 of every class in each.
//!
//! Drawn by `scripts/draw_mnist_small.py`; attribution and licence in `mnist-small/README.md`.

use crate::folder::{CLASSES, Role};
use crate::idx::IdxFile;
use crate::{DataError, Dataset, Origin};
use std::path::Path;

pub(crate) const NAME: &str = "mnist-small";

/// The gzip file embedded for each role.
pub(crate) fn embedded(role: Role) -> &'static [u8] {
    match role {
        Role::TrainImages => include_bytes!("../mnist-small/train-images-idx3-ubyte.gz"),
        Role::TrainLabels => include_bytes!("../mnist-small/train-labels-idx1-ubyte.gz"),
        Role::TestImages => include_bytes!("../mnist-small/t10k-images-idx3-ubyte.gz"),
        Role::TestLabels => include_bytes!("../mnist-small/t10k-labels-idx1-ubyte.gz"),
    }
}

pub(crate) fn load() -> Result<Dataset, DataError> {
    let decode = |role: Role| {
        let path = Path::new(NAME).join(role.file_name());
        IdxFile::decode(&path, embedded(role), role.kind())
    };
    let [train_images, train_labels, test_images, test_labels] = Role::ALL.map(decode);
    let files = [train_images?, train_labels?, test_images?, test_labels?];
    Dataset::from_files(NAME.into(), Origin::Embedded, CLASSES, files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ImageShape, Sha256, Split};

    /// What the script prints for each file.
    const CHECKSUMS: [Sha256; 4] = [
        Sha256::literal("28c6f3ba3ee102c2928a4af6cb615bcf11b2a97236d315703d357949ec48eb34"),
        Sha256::literal("b7dbfc9e94679fbd9eaa6a1040a17ff635e336d7f2a24f3f88399c914c33babb"),
        Sha256::literal("9e29114bcba1e28fdc993a69f792e583f68adcfaa6f92b99fe9719d6adf289aa"),
        Sha256::literal("d058cf863d98ccb154593ef5ad7ef7129ee70aa8d83d3b8ead9a985a85299ff7"),
    ];

    #[test]
    fn the_embedded_files_are_those_the_script_makes() {
        for (role, checksum) in Role::ALL.into_iter().zip(CHECKSUMS) {
            assert_eq!(
                Sha256::of(&[embedded(role)]),
                checksum,
                "{}",
                role.file_name()
            );
        }
    }

    fn class_counts(split: &Split) -> [usize; CLASSES] {
        let mut counts = [0; CLASSES];
        for &label in split.labels() {
            counts[label as usize] += 1;
        }
        counts
    }

    #[test]
    fn each_split_has_500_digits_of_every_class() {
        let digits = load().unwrap();
        assert_eq!(
            digits.image_shape,
            ImageShape {
                height: 28,
                width: 28
            }
        );
        for split in [&digits.train, &digits.test] {
            assert_eq!(class_counts(split), [500; CLASSES]);
        }
    }

    #[test]
    fn a_short_prefix_is_roughly_balanced() {
        let prefix = load().unwrap().train.first(1000).unwrap();
        assert!(
            class_counts(&prefix)
                .iter()
                .all(|count| (70..=130).contains(count))
        );
    }

    #[test]
    fn no_test_digit_is_a_training_digit() {
        let digits = load().unwrap();
        let images = |split: &Split| split.pixels().chunks(784).map(<[u8]>::to_vec).collect();
        let train: std::collections::HashSet<Vec<u8>> = images(&digits.train);
        let test: std::collections::HashSet<Vec<u8>> = images(&digits.test);
        assert_eq!((train.len(), test.len()), (5000, 5000));
        assert!(train.is_disjoint(&test));
    }
}
