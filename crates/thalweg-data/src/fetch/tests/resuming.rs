//! Downloads that break off, and what is made of their parts.

use super::*;

#[test]
fn a_download_that_was_cut_off_continues_where_it_stopped() {
    let cache = Cache::new();
    let server = Server::start(published, |_, number| match number {
        0 => Answer::CutAfter(300_000),
        _ => Answer::File,
    });
    let mut seen = Vec::new();
    let mut observe = |progress: Progress<'_>| {
        if let Progress::Receiving {
            file: IMAGES,
            received,
            ..
        } = progress
        {
            seen.push(received);
        }
    };
    fetch_dataset(&digits(), &cache.options(&[&server]), &mut observe).unwrap();
    cache.assert_whole();
    let ranges: Vec<_> = server
        .requests(IMAGES)
        .iter()
        .map(|request| request.range)
        .collect();
    assert_eq!(ranges, [None, Some(300_000)]);
    // Every byte was transferred once.
    assert!(seen.is_sorted());
    assert_eq!(
        seen.last(),
        Some(&(published(IMAGES).unwrap().len() as u64))
    );
}

#[test]
fn what_arrived_before_a_failure_is_kept_for_the_next_call() {
    let cache = Cache::new();
    // Brings something, then nothing more.
    let broken = Server::start(published, |_, number| match number {
        0 => Answer::CutAfter(1000),
        _ => Answer::CutAfter(0),
    });
    let attempts = attempts(cache.fetch(&[&broken]));
    let cut_off = &attempts[0].error;
    assert!(
        matches!(cut_off, AttemptError::CutOff { received: 1000, .. }),
        "{cut_off}"
    );
    assert_eq!(fs::metadata(cache.part()).unwrap().len(), 1000);
    assert!(!cache.file(IMAGES).exists());

    let mended = Server::start(published, always_file);
    cache.fetch(&[&mended]).unwrap();
    assert_eq!(mended.requests(IMAGES)[0].range, Some(1000));
    cache.assert_whole();
}

#[test]
fn a_mirror_that_always_breaks_off_is_given_up() {
    let cache = Cache::new();
    let broken = Server::start(published, |_, _| Answer::CutAfter(10));
    assert_eq!(attempts(cache.fetch(&[&broken])).len(), 1);
    assert_eq!(broken.requests(IMAGES).len(), 5);
}

#[test]
fn a_server_that_ignores_ranges_starts_the_file_over() {
    let cache = Cache::new();
    cache.put(
        &format!("{IMAGES}.part"),
        &published(IMAGES).unwrap()[..500],
    );
    let server = Server::start(published, |_, _| Answer::Whole);
    cache.fetch(&[&server]).unwrap();
    assert_eq!(server.requests(IMAGES).len(), 1);
    assert_eq!(server.requests(IMAGES)[0].range, Some(500));
    cache.assert_whole();
}

#[test]
fn a_part_that_is_already_whole_is_only_checked() {
    let cache = Cache::new();
    cache.put(&format!("{IMAGES}.part"), &published(IMAGES).unwrap());
    let server = Server::start(published, always_file);
    cache.fetch(&[&server]).unwrap();
    assert_eq!(server.requests(IMAGES).len(), 1);
    cache.assert_whole();
}

#[test]
fn a_part_that_is_longer_than_the_file_is_fetched_anew() {
    let cache = Cache::new();
    let longer = [published(IMAGES).unwrap(), vec![0; 9]].concat();
    cache.put(&format!("{IMAGES}.part"), &longer);
    let server = Server::start(published, always_file);
    cache.fetch(&[&server]).unwrap();
    assert_eq!(server.requests(IMAGES).len(), 2);
    cache.assert_whole();
}

#[test]
fn a_part_of_another_compression_is_fetched_anew() {
    let cache = Cache::new();
    cache.put(
        &format!("{IMAGES}.part"),
        &published(IMAGES).unwrap()[..500],
    );
    let server = Server::start(plain, always_file);
    cache.fetch(&[&server]).unwrap();
    let ranges: Vec<_> = server
        .requests(IMAGES)
        .iter()
        .map(|request| request.range)
        .collect();
    assert_eq!(ranges, [Some(500), None]);
    cache.assert_whole();
}

#[test]
fn a_range_other_than_the_one_asked_for_is_refused() {
    let cache = Cache::new();
    cache.put(
        &format!("{IMAGES}.part"),
        &published(IMAGES).unwrap()[..500],
    );
    let server = Server::start(published, |_, _| Answer::Shifted);
    let found = attempts(cache.fetch(&[&server]));
    assert!(
        matches!(found[0].error, AttemptError::WrongRange { asked: 500 }),
        "{:?}",
        found[0]
    );
}
