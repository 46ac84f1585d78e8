//! Where a dataset is to be read from, and reading it.

use crate::folder::{Role, read_files};
use crate::{DataError, Dataset, DatasetInfo, Origin, Sha256, Storage, from_folder, mnist_small};
use std::path::{Path, PathBuf};

/// Where a dataset is to be read from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum DataSource {
    /// A name of the [`catalogue`](crate::catalogue()).
    Named(String),
    /// A folder with the four IDX files; see [`from_folder`].
    Folder(PathBuf),
}

/// Reads a dataset, without using the network.
///
/// Fetched datasets are read from `cache_dir`, and their checksums compared with the catalogue's.
///
/// # Errors
/// An unknown name; a dataset that is not fetched yet; files that are missing, damaged or not what
/// they should be.
pub fn load(source: &DataSource, cache_dir: &Path) -> Result<Dataset, DataError> {
    match source {
        DataSource::Folder(folder) => from_folder(folder),
        DataSource::Named(name) => {
            let info = DatasetInfo::find(name)?;
            match &info.storage {
                Storage::Embedded => mnist_small::load(),
                Storage::Fetched { checksums, .. } => load_fetched(info, checksums, cache_dir),
            }
        }
    }
}

/// The directory for caches where the platform keeps them, for instance `~/.cache/thalweg` on Linux.
///
/// # Errors
/// [`DataError::NoCacheDirectory`] if the platform has no home directory for this user.
pub fn default_cache_dir() -> Result<PathBuf, DataError> {
    directories::ProjectDirs::from("", "", "thalweg")
        .map(|directories| directories.cache_dir().to_owned())
        .ok_or(DataError::NoCacheDirectory)
}

pub(crate) fn load_fetched(
    info: &DatasetInfo,
    checksums: &[Sha256; 4],
    cache_dir: &Path,
) -> Result<Dataset, DataError> {
    let folder = info.folder(cache_dir);
    if !Role::ALL.iter().all(|role| role.find(&folder).is_some()) {
        let name = info.name;
        return Err(DataError::NotFetched { name, folder });
    }
    let files = read_files(&folder)?;
    for (file, &expected) in files.iter().zip(checksums) {
        let found = file.content.checksum();
        if found != expected {
            return Err(DataError::Damaged {
                name: info.name,
                path: file.path.clone(),
                expected,
                found,
            });
        }
    }
    Dataset::from_files(info.name.into(), Origin::Cache(folder), info.classes, files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> DataSource {
        DataSource::Named(name.into())
    }

    #[test]
    fn the_embedded_dataset_needs_no_cache() {
        let digits = load(&named("mnist-small"), Path::new("/nowhere")).unwrap();
        assert_eq!(digits.origin, Origin::Embedded);
        assert_eq!(
            digits.checksum().to_string(),
            "61970abd5a318e14668d760110ca0423a09411ec099f57034112a96a4bfe0759"
        );
    }

    #[test]
    fn a_dataset_that_is_not_fetched_says_how_to_fetch_it() {
        let cache = tempfile::tempdir().unwrap();
        let message = load(&named("mnist"), cache.path()).unwrap_err().to_string();
        assert!(message.contains("thalweg data fetch mnist"), "{message}");
    }

    #[test]
    fn files_in_the_cache_that_are_not_the_published_ones_are_refused() {
        let cache = tempfile::tempdir().unwrap();
        let folder = cache.path().join("mnist");
        std::fs::create_dir(&folder).unwrap();
        for role in Role::ALL {
            std::fs::write(folder.join(role.file_name()), mnist_small::embedded(role)).unwrap();
        }
        let error = load(&named("mnist"), cache.path()).unwrap_err();
        assert!(
            matches!(error, DataError::Damaged { name: "mnist", .. }),
            "{error}"
        );
    }

    #[test]
    fn an_unknown_name_is_refused() {
        let error = load(&named("cifar"), Path::new("/nowhere")).unwrap_err();
        assert!(matches!(error, DataError::UnknownDataset { .. }));
    }
}
