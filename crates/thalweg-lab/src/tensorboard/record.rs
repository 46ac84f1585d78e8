//! TFRecord frames: an event with its length and checksums.
//!
//! A frame is the length of its data (u64, little-endian), the masked checksum of those eight bytes,
//! the data, and the masked checksum of the data. Checksums are CRC-32C (Castagnoli), rotated right by
//! 15 bits and moved by a constant, since checksums of data that hold checksums are weak.

/// What a checksum is moved by.
const MASK: u32 = 0xa282_ead8;
/// The bytes before the data.
const HEAD: usize = 12;
/// The bytes after them.
const FOOT: usize = 4;

/// A frame round `data`.
pub(super) fn frame(data: &[u8]) -> Vec<u8> {
    let length = (data.len() as u64).to_le_bytes();
    let mut frame = Vec::with_capacity(HEAD + data.len() + FOOT);
    frame.extend(length);
    frame.extend(checksum(&length).to_le_bytes());
    frame.extend(data);
    frame.extend(checksum(data).to_le_bytes());
    frame
}

/// The data of the first frame of `bytes` and how long that is; `None` if it is torn or damaged.
pub(super) fn unframe(bytes: &[u8]) -> Option<(&[u8], usize)> {
    let length = bytes.first_chunk::<8>()?;
    let number = |at: usize| {
        let four = bytes.get(at..)?.first_chunk::<4>()?;
        Some(u32::from_le_bytes(*four))
    };
    if number(8)? != checksum(length) {
        return None;
    }
    let end = HEAD.checked_add(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
    let data = bytes.get(HEAD..end)?;
    (number(end)? == checksum(data)).then_some((data, end + FOOT))
}

fn checksum(data: &[u8]) -> u32 {
    crc32c::crc32c(data).rotate_right(15).wrapping_add(MASK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frame_of_a_file_version_is_that_of_other_writers() {
        // The first record of every event file, at wall time 0, as TensorFlow writes it.
        let data = b"\x09\0\0\0\0\0\0\0\0\x1a\x0dbrain.Event:2";
        let frame = frame(data);
        assert_eq!(frame[..8], [24, 0, 0, 0, 0, 0, 0, 0]);
        // Masked CRC-32C of the length 24, which most event files begin with.
        assert_eq!(frame[8..12], [0xa3, 0x7f, 0x4b, 0x22]);
        assert_eq!(unframe(&frame), Some((&data[..], frame.len())));
    }

    #[test]
    fn torn_and_damaged_frames_are_none() {
        let whole = frame(b"data");
        for length in 0..whole.len() {
            assert_eq!(unframe(&whole[..length]), None, "{length}");
        }
        for index in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[index] ^= 1;
            assert_eq!(unframe(&damaged), None, "{index}");
        }
    }
}
