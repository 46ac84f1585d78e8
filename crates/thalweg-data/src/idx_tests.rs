use super::*;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

/// Three images of 2 × 2 pixels.
fn images() -> Vec<u8> {
    let mut file = header(IdxKind::Images, &[3, 2, 2]);
    file.extend(1..=12);
    file
}

fn gzipped(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn decode(bytes: &[u8]) -> Result<Idx, IdxError> {
    Idx::decode(bytes, IdxKind::Images)
}

#[test]
fn gzip_and_plain_files_hold_the_same_images() {
    let plain = decode(&images()).unwrap();
    assert_eq!(plain.dimensions(), [3, 2, 2]);
    assert_eq!(plain.values(), (1..=12).collect::<Vec<u8>>());
    assert_eq!(decode(&gzipped(&images())).unwrap(), plain);
    assert_eq!(plain.checksum(), Sha256::of(&[&images()]));
}

#[test]
fn a_gzip_file_of_several_members_is_read_whole() {
    let file = images();
    let members = [gzipped(&file[..20]), gzipped(&file[20..])].concat();
    assert_eq!(decode(&members).unwrap(), decode(&file).unwrap());
}

#[test]
fn labels_where_images_are_wanted_are_called_swapped() {
    let labels = [header(IdxKind::Labels, &[2]), vec![0, 1]].concat();
    assert_eq!(
        Idx::decode(&labels, IdxKind::Labels).unwrap().values(),
        [0, 1]
    );
    let message = decode(&labels).unwrap_err().to_string();
    assert!(message.contains("swapped"), "{message}");
    assert!(
        message.contains("[00, 00, 08, 01]") && message.contains("[00, 00, 08, 03]"),
        "{message}"
    );
}

#[test]
fn every_cut_of_a_file_is_an_error_that_says_so() {
    let (plain, packed) = (images(), gzipped(&images()));
    for length in 0..plain.len() {
        let error = decode(&plain[..length]).unwrap_err();
        match length {
            0..16 => assert!(matches!(
                error,
                IdxError::HeaderTruncated { needed: 16, .. }
            )),
            _ => assert!(matches!(error, IdxError::Truncated { .. })),
        }
    }
    for length in 2..packed.len() {
        assert!(
            matches!(decode(&packed[..length]), Err(IdxError::Gzip(_))),
            "{length}"
        );
    }
}

#[test]
fn a_changed_bit_in_the_header_is_always_found() {
    for bit in 0..16 * 8 {
        let mut file = images();
        file[bit / 8] ^= 1 << (bit % 8);
        assert!(decode(&file).is_err(), "bit {bit}");
    }
}

#[test]
fn a_changed_bit_in_a_gzip_file_never_changes_the_images() {
    let (packed, expected) = (gzipped(&images()), decode(&images()).unwrap());
    for bit in 0..packed.len() * 8 {
        let mut file = packed.clone();
        file[bit / 8] ^= 1 << (bit % 8);
        // Bits that say nothing about the content, such as the time of compression, do not matter.
        if let Ok(read) = decode(&file) {
            assert_eq!(read, expected, "bit {bit}");
        }
    }
}

#[test]
fn arbitrary_bytes_never_panic() {
    let mut state = 1u64;
    let mut random = || {
        // Knuth's MMIX multiplier; the high bits are the random ones.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize
    };
    for template in [images(), gzipped(&images())] {
        for _ in 0..20_000 {
            let mut file = template.clone();
            for _ in 0..1 + random() % 6 {
                let position = random() % file.len();
                file[position] = random() as u8;
            }
            file.truncate(1 + random() % (file.len() + 4));
            let _ = decode(&file);
            let _ = Idx::decode(&file, IdxKind::Labels);
        }
    }
}

#[test]
fn bytes_behind_the_values_are_an_error() {
    let longer = [images(), vec![0]].concat();
    assert!(matches!(
        decode(&longer),
        Err(IdxError::TrailingBytes { .. })
    ));
    assert!(matches!(
        decode(&gzipped(&longer)),
        Err(IdxError::TrailingBytes { .. })
    ));
    let junk = [gzipped(&images()), b"junk".to_vec()].concat();
    assert!(matches!(decode(&junk), Err(IdxError::Gzip(_))));
}

#[test]
fn huge_declared_shapes_are_refused_without_memory_for_them() {
    let most = u32::MAX as usize;
    let overflowing = header(IdxKind::Images, &[most, most, most]);
    assert!(matches!(
        decode(&overflowing),
        Err(IdxError::TooLarge { .. })
    ));
    let missing = header(IdxKind::Images, &[most, 28, 28]);
    assert!(matches!(
        decode(&missing),
        Err(IdxError::Truncated { found: 0, .. })
    ));
}

#[test]
fn a_shape_that_holds_nothing_is_refused() {
    for dimensions in [[0, 2, 2], [3, 0, 2], [3, 2, 0]] {
        let file = header(IdxKind::Images, &dimensions);
        assert!(matches!(decode(&file), Err(IdxError::Empty { .. })));
    }
}
