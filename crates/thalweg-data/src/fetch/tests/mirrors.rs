//! Mirrors that do not have the file, or have another one.

use super::*;

#[test]
fn a_wrong_checksum_leaves_no_file_and_the_next_mirror_is_tried() {
    let cache = Cache::new();
    let wrong = Server::start(exchanged, always_file);
    let found = attempts(cache.fetch(&[&wrong]));
    assert!(
        matches!(found[0].error, AttemptError::WrongChecksum { .. }),
        "{:?}",
        found[0]
    );
    assert!(!cache.part().exists() && !cache.file(IMAGES).exists());

    let right = Server::start(published, always_file);
    cache.fetch(&[&wrong, &right]).unwrap();
    cache.assert_whole();
}

#[test]
fn a_missing_file_sends_on_to_the_second_mirror() {
    let cache = Cache::new();
    let empty = Server::start(|_| None, always_file);
    let full = Server::start(published, always_file);
    cache.fetch(&[&empty, &full]).unwrap();
    cache.assert_whole();
    assert_eq!(
        (empty.requests(IMAGES).len(), full.requests(IMAGES).len()),
        (1, 1)
    );
}

#[test]
fn the_error_lists_every_mirror_and_why_it_failed() {
    let cache = Cache::new();
    let empty = Server::start(|_| None, always_file);
    let busy = Server::start(published, |_, _| Answer::Status(503));
    let message = cache.fetch(&[&empty, &busy]).unwrap_err().to_string();
    for part in [
        "digits",
        IMAGES,
        &empty.address,
        "404",
        &busy.address,
        "503",
    ] {
        assert!(message.contains(part), "{part} is not in: {message}");
    }
}

#[test]
fn a_mirror_without_an_answer_is_an_attempt_that_failed() {
    let cache = Cache::new();
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let mut options = cache.options(&[]);
    options.mirrors = vec![format!("http://{port}")];
    let found = attempts(fetch_dataset(&digits(), &options, &mut |_| {}));
    assert!(
        matches!(found[0].error, AttemptError::NoAnswer(_)),
        "{:?}",
        found[0]
    );
}

#[test]
fn a_page_instead_of_the_file_is_refused() {
    let cache = Cache::new();
    let server = Server::start(portal, always_file);
    let found = attempts(cache.fetch(&[&server]));
    assert!(
        matches!(found[0].error, AttemptError::NotIdx(_)),
        "{:?}",
        found[0]
    );
    assert!(!cache.part().exists());
}

#[test]
fn a_file_of_another_shape_is_refused_before_it_is_inflated() {
    let cache = Cache::new();
    let server = Server::start(
        |_| {
            Some(
                [
                    &[0, 0, 8, 3][..],
                    &[0xff; 4],
                    &[0, 0, 0, 28],
                    &[0, 0, 0, 28],
                ]
                .concat(),
            )
        },
        always_file,
    );
    let found = attempts(cache.fetch(&[&server]));
    assert!(
        matches!(found[0].error, AttemptError::WrongShape { .. }),
        "{:?}",
        found[0]
    );
}

#[test]
fn an_endless_answer_is_cut_short() {
    let cache = Cache::new();
    let server = Server::start(published, |_, _| Answer::Endless);
    let found = attempts(cache.fetch(&[&server]));
    assert!(
        matches!(found[0].error, AttemptError::TooLong { .. }),
        "{:?}",
        found[0]
    );
    assert!(!cache.part().exists());
}

#[test]
fn redirections_are_followed_but_not_for_ever() {
    let cache = Cache::new();
    let moved = Server::start(published, |request, _| {
        if request.path.starts_with("/data") {
            Answer::Redirect("/elsewhere")
        } else {
            Answer::File
        }
    });
    cache.fetch(&[&moved]).unwrap();
    cache.assert_whole();

    let circle = Server::start(published, |_, _| Answer::Redirect("/data"));
    let found = attempts(Cache::new().fetch(&[&circle]));
    assert!(
        matches!(found[0].error, AttemptError::NoAnswer(_)),
        "{:?}",
        found[0]
    );
}

#[test]
fn an_address_that_is_none_is_refused() {
    let mut options = Cache::new().options(&[]);
    options.mirrors = vec!["ftp://example.org".into()];
    let error = fetch_dataset(&digits(), &options, &mut |_| {}).unwrap_err();
    assert!(matches!(error, DataError::BadMirror { .. }), "{error}");
}

#[test]
fn a_mirror_over_https_that_does_not_speak_it_is_refused() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || listener.incoming().for_each(drop));
    let cache = Cache::new();
    let mut options = cache.options(&[]);
    options.mirrors = vec![address];
    let found = attempts(fetch_dataset(&digits(), &options, &mut |_| {}));
    let error = &found[0].error;
    assert!(matches!(error, AttemptError::NoAnswer(_)), "{error}");
}
