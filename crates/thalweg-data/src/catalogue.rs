//! The datasets that have a name: what they are, whose they are, and where they are kept.

use crate::folder::Role;
use crate::{DataError, ImageShape, Sha256, mnist_small};
use std::path::{Path, PathBuf};

/// What is known of a dataset before it is read.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DatasetInfo {
    /// Its name in experiment files.
    pub name: &'static str,
    /// What it shows.
    pub content: &'static str,
    /// Training examples.
    pub train_examples: usize,
    /// Test examples.
    pub test_examples: usize,
    /// Classes.
    pub classes: usize,
    /// The shape of every image.
    pub image_shape: ImageShape,
    /// Compressed size in bytes: of the download, or within the program.
    pub bytes: u64,
    /// The page of its makers.
    pub homepage: &'static str,
    /// The licence under which it is distributed.
    pub licence: &'static str,
    /// What to cite.
    pub citation: &'static str,
    /// Where it is kept.
    pub storage: Storage,
}

/// Where a dataset is kept.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Storage {
    /// In the program.
    Embedded,
    /// On the network, and in the cache once fetched.
    Fetched {
        /// Addresses of folders with its files, in the order in which they are tried.
        mirrors: &'static [&'static str],
        /// SHA-256 of the plain IDX files: training images and labels, test images and labels.
        ///
        /// Of the plain files, because mirrors compress them differently.
        checksums: [Sha256; 4],
    },
}

const LECUN: &str = "LeCun, Bottou, Bengio, Haffner: Gradient-based learning applied to document \
                     recognition. Proceedings of the IEEE 86(11), 1998";
const XIAO: &str = "Xiao, Rasul, Vollgraf: Fashion-MNIST: a novel image dataset for benchmarking machine \
                    learning algorithms. arXiv:1708.07747, 2017";
const SHAPE: ImageShape = ImageShape {
    height: 28,
    width: 28,
};

/// Every dataset that has a name, in the order in which lists show them.
///
/// The checksums of MNIST are those of the files that its makers published in 1998, those of Fashion-MNIST
/// of the files whose MD5 sums its README gives; both agree across independent copies.
pub fn catalogue() -> &'static [DatasetInfo] {
    &CATALOGUE
}

static CATALOGUE: [DatasetInfo; 3] = [
    DatasetInfo {
        name: mnist_small::NAME,
        content: "handwritten digits, drawn evenly from MNIST",
        train_examples: 5_000,
        test_examples: 5_000,
        classes: 10,
        image_shape: SHAPE,
        bytes: 1_623_881,
        homepage: "http://yann.lecun.com/exdb/mnist/",
        licence: "CC BY-SA 3.0",
        citation: LECUN,
        storage: Storage::Embedded,
    },
    DatasetInfo {
        name: "mnist",
        content: "handwritten digits",
        train_examples: 60_000,
        test_examples: 10_000,
        classes: 10,
        image_shape: SHAPE,
        bytes: 11_594_722,
        homepage: "http://yann.lecun.com/exdb/mnist/",
        licence: "CC BY-SA 3.0",
        citation: LECUN,
        storage: Storage::Fetched {
            mirrors: &[
                "https://ossci-datasets.s3.amazonaws.com/mnist",
                "https://storage.googleapis.com/cvdf-datasets/mnist",
                "https://raw.githubusercontent.com/fgnt/mnist/master",
            ],
            checksums: [
                Sha256::literal("ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
                Sha256::literal("65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
                Sha256::literal("0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
                Sha256::literal("ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
            ],
        },
    },
    DatasetInfo {
        name: "fashion-mnist",
        content: "articles of clothing",
        train_examples: 60_000,
        test_examples: 10_000,
        classes: 10,
        image_shape: SHAPE,
        bytes: 30_878_645,
        homepage: "https://github.com/zalandoresearch/fashion-mnist",
        licence: "MIT",
        citation: XIAO,
        storage: Storage::Fetched {
            mirrors: &[
                "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
                "https://storage.googleapis.com/tensorflow/tf-keras-datasets",
                "https://fashion-mnist.s3.eu-central-1.amazonaws.com",
            ],
            checksums: [
                Sha256::literal("c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
                Sha256::literal("bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
                Sha256::literal("5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
                Sha256::literal("0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
            ],
        },
    },
];

impl DatasetInfo {
    /// The dataset called `name`.
    ///
    /// # Errors
    /// [`DataError::UnknownDataset`], which names the known ones.
    pub fn find(name: &str) -> Result<&'static Self, DataError> {
        catalogue()
            .iter()
            .find(|info| info.name == name)
            .ok_or_else(|| DataError::UnknownDataset { name: name.into() })
    }

    /// Whether it can be read without the network: it is embedded, or its four files are in the cache.
    pub fn is_present(&self, cache_dir: &Path) -> bool {
        let folder = self.folder(cache_dir);
        matches!(self.storage, Storage::Embedded)
            || Role::ALL.iter().all(|role| role.find(&folder).is_some())
    }

    /// The folder in the cache that its files are kept in.
    pub fn folder(&self, cache_dir: &Path) -> PathBuf {
        cache_dir.join(self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_entry_of_mnist_small_describes_what_is_embedded() {
        let info = DatasetInfo::find("mnist-small").unwrap();
        let digits = mnist_small::load().unwrap();
        let counts = (digits.train.examples(), digits.test.examples());
        assert_eq!((info.train_examples, info.test_examples), counts);
        assert_eq!(
            (info.classes, info.image_shape),
            (digits.classes, digits.image_shape)
        );
        let bytes: usize = Role::ALL
            .iter()
            .map(|&role| mnist_small::embedded(role).len())
            .sum();
        assert_eq!(info.bytes, bytes as u64);
    }

    #[test]
    fn fetched_datasets_have_several_mirrors_all_over_https() {
        for info in catalogue() {
            if let Storage::Fetched { mirrors, .. } = info.storage {
                assert!(mirrors.len() >= 3, "{}", info.name);
                assert!(mirrors.iter().all(|mirror| mirror.starts_with("https://")));
            }
        }
    }

    #[test]
    fn an_unknown_name_lists_the_known_ones() {
        let message = DatasetInfo::find("mnits").unwrap_err().to_string();
        assert!(message.contains("\"mnits\""));
        assert!(message.contains("mnist-small, mnist, fashion-mnist"));
    }
}
