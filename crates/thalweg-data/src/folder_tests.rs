use super::*;
use crate::idx::header;
use crate::{IdxError, ImageShape, Scaling};
use tempfile::TempDir;

fn images(count: usize, height: usize, width: usize) -> Vec<u8> {
    let mut file = header(IdxKind::Images, &[count, height, width]);
    file.extend((0..count * height * width).map(|value| value as u8));
    file
}

fn labels(labels: &[u8]) -> Vec<u8> {
    [&header(IdxKind::Labels, &[labels.len()]), labels].concat()
}

/// A folder with three training and two test images of 2 × 3 pixels.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write =
        |name: &str, bytes: Vec<u8>| std::fs::write(folder.path().join(name), bytes).unwrap();
    write("train-images-idx3-ubyte", images(3, 2, 3));
    write("train-labels-idx1-ubyte", labels(&[7, 0, 9]));
    write("t10k-images.idx3-ubyte", images(2, 2, 3));
    write("t10k-labels.idx1-ubyte", labels(&[1, 2]));
    folder
}

fn replaced(name: &str, bytes: &[u8]) -> DataError {
    let folder = folder();
    std::fs::write(folder.path().join(name), bytes).unwrap();
    from_folder(folder.path()).unwrap_err()
}

#[test]
fn files_are_found_under_both_spellings() {
    let folder = folder();
    let dataset = from_folder(folder.path()).unwrap();
    assert_eq!((dataset.train.examples(), dataset.test.examples()), (3, 2));
    assert_eq!(
        dataset.image_shape,
        ImageShape {
            height: 2,
            width: 3
        }
    );
    assert_eq!((dataset.train.features(), dataset.classes), (6, 10));
    assert_eq!(dataset.train.labels(), [7, 0, 9]);
    assert_eq!(dataset.origin, Origin::Folder(folder.path().to_owned()));
    let inputs: Vec<f64> = dataset.test.inputs(Scaling::Raw);
    assert_eq!(inputs, (0..12).map(f64::from).collect::<Vec<_>>());
}

#[test]
fn the_first_examples_are_a_prefix() {
    let folder = folder();
    let train = from_folder(folder.path()).unwrap().train;
    let first = train.first(2).unwrap();
    assert_eq!(
        (first.labels(), first.pixels()),
        (&[7, 0][..], &train.pixels()[..12])
    );
    assert_eq!(train.first(3).unwrap(), train);
}

#[test]
fn more_examples_than_there_are_or_none_are_refused() {
    let train = from_folder(folder().path()).unwrap().train;
    let message = train.first(4).unwrap_err().to_string();
    assert_eq!(
        message,
        "cannot take the first 4 of 3 examples; ask for 1 to 3"
    );
    assert!(train.first(0).is_err());
}

#[test]
fn the_checksum_covers_the_examples_and_their_order() {
    let folder = folder();
    let mut dataset = from_folder(folder.path()).unwrap();
    let whole = dataset.checksum();
    let files = [
        images(3, 2, 3),
        labels(&[7, 0, 9]),
        images(2, 2, 3),
        labels(&[1, 2]),
    ];
    assert_eq!(whole, crate::Sha256::of(&[&files.concat()]));
    dataset.train = dataset.train.first(2).unwrap();
    assert_ne!(dataset.checksum(), whole);
}

#[test]
fn a_missing_file_is_named_with_all_its_spellings() {
    let folder = folder();
    std::fs::remove_file(folder.path().join("t10k-labels.idx1-ubyte")).unwrap();
    let message = from_folder(folder.path()).unwrap_err().to_string();
    for name in ["t10k-labels-idx1-ubyte.gz", "t10k-labels.idx1-ubyte"] {
        assert!(message.contains(name), "{message}");
    }
}

#[test]
fn a_missing_folder_is_an_error() {
    let error = from_folder(Path::new("/no/such/folder")).unwrap_err();
    assert_eq!(error.to_string(), "there is no folder /no/such/folder");
}

#[test]
fn a_damaged_file_is_named() {
    let error = replaced("train-images-idx3-ubyte", &images(3, 2, 3)[..20]);
    assert!(
        matches!(
            &error,
            DataError::Idx {
                source: IdxError::Truncated { .. },
                ..
            }
        ),
        "{error}"
    );
    assert!(
        error.to_string().contains("train-images-idx3-ubyte"),
        "{error}"
    );
}

#[test]
fn labels_must_be_as_many_as_images() {
    let error = replaced("train-labels-idx1-ubyte", &labels(&[1, 2]));
    assert!(
        matches!(
            error,
            DataError::CountMismatch {
                images: 3,
                labels: 2,
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn a_label_outside_the_classes_is_named_with_its_position() {
    let error = replaced("t10k-labels.idx1-ubyte", &labels(&[9, 10]));
    let expected = "the label at position 1 (counted from 0) is 10, outside the 10 classes 0 to 9";
    assert!(error.to_string().contains(expected), "{error}");
}

#[test]
fn training_and_test_images_must_have_one_shape() {
    let error = replaced("t10k-images.idx3-ubyte", &images(2, 3, 2));
    assert!(matches!(error, DataError::ShapeMismatch { .. }), "{error}");
}
