//! What is in the cache before and after.

use super::*;

#[test]
fn a_dataset_is_fetched_once_and_then_present() {
    let (cache, server) = (Cache::new(), Server::start(published, always_file));
    let folder = cache.0.path().join("digits");
    assert!(!digits().is_present(cache.0.path()));
    assert_eq!(
        cache.fetch(&[&server]).unwrap(),
        Fetched::Brought(folder.clone())
    );
    assert!(digits().is_present(cache.0.path()));
    cache.assert_whole();
    assert_eq!(cache.fetch(&[&server]).unwrap(), Fetched::Present(folder));
    assert_eq!(server.requests("").len(), 4);
}

#[test]
fn progress_counts_up_to_the_size_of_each_file() {
    let (cache, server) = (Cache::new(), Server::start(published, always_file));
    let mut last = Vec::new();
    let mut observe = |progress: Progress<'_>| {
        if let Progress::Receiving {
            file,
            received,
            total,
        } = progress
        {
            last.retain(|&(name, _, _)| name != file);
            last.push((file, received, total));
        }
    };
    fetch_dataset(&digits(), &cache.options(&[&server]), &mut observe).unwrap();
    let sizes = Role::ALL.map(|role| {
        let size = mnist_small::embedded(role).len() as u64;
        (role.file_name(), size, Some(size))
    });
    assert_eq!(last, sizes);
}

#[test]
fn a_damaged_file_in_the_cache_is_replaced() {
    let cache = Cache::new();
    cache.put(IMAGES, b"damaged");
    let server = Server::start(published, always_file);
    cache.fetch(&[&server]).unwrap();
    cache.assert_whole();
}

#[test]
fn offline_says_which_files_are_missing_and_asks_nobody() {
    let cache = Cache::new();
    let server = Server::start(published, always_file);
    cache.put(IMAGES, &published(IMAGES).unwrap());
    let mut options = cache.options(&[&server]);
    options.offline = true;
    let error = fetch_dataset(&digits(), &options, &mut |_| {}).unwrap_err();
    let DataError::Offline { missing, .. } = &error else {
        panic!("{error}")
    };
    let names = Role::ALL.map(Role::file_name);
    assert_eq!(missing[..], names[1..]);
    assert!(server.requests("").is_empty());

    cache.fetch(&[&server]).unwrap();
    assert!(matches!(
        fetch_dataset(&digits(), &options, &mut |_| {}),
        Ok(Fetched::Present(_))
    ));
}

#[test]
fn two_fetches_at_once_bring_every_file_once() {
    let cache = Cache::new();
    let server = Server::start(published, always_file);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| cache.fetch(&[&server]).unwrap());
        }
    });
    cache.assert_whole();
    assert_eq!(server.requests("").len(), 4);
}

#[test]
fn a_cache_that_cannot_be_written_is_an_error_of_its_own() {
    let cache = Cache::new();
    fs::write(
        cache.0.path().join("digits"),
        "a file where a folder should be",
    )
    .unwrap();
    let server = Server::start(published, always_file);
    let error = cache.fetch(&[&server]).unwrap_err();
    assert!(matches!(error, DataError::Unwritable { .. }), "{error}");
}

#[test]
fn the_embedded_dataset_needs_no_fetching() {
    let outcome = fetch("mnist-small", &Cache::new().options(&[]), &mut |_| {});
    assert_eq!(outcome.unwrap(), Fetched::Embedded);
}
