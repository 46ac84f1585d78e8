//! The message of one event, in the encoding of protocol buffers.
//!
//! Four messages with seven fields are all that is needed of TensorFlow's `event.proto` and
//! `summary.proto`, which is why they are written here by hand:
//!
//! - `Event`: `double wall_time = 1; int64 step = 2;` and one of `string file_version = 3;
//!   Summary summary = 5; SessionLog session_log = 7;`
//! - `Summary`: `repeated Value value = 1;` with `string tag = 1; float simple_value = 2;`
//! - `SessionLog`: `SessionStatus status = 1;` of which 1 is `START`.

use std::time::{Duration, SystemTime};

use super::tag;
use crate::record::Measurement;

/// How a field is encoded.
const VARINT: u64 = 0;
const FIXED_64: u64 = 1;
const LENGTH: u64 = 2;
const FIXED_32: u64 = 5;

/// The first event of a file.
pub(super) fn version(time: SystemTime) -> Vec<u8> {
    let mut event = wall_time(time);
    bytes(&mut event, 3, b"brain.Event:2");
    event
}

/// That writing goes on from `step`: whoever has read points from there on, forgets them.
pub(super) fn session_start(step: u64, time: SystemTime) -> Vec<u8> {
    let mut event = at(step, time);
    let mut log = Vec::new();
    key(&mut log, 1, VARINT);
    varint(&mut log, 1);
    bytes(&mut event, 7, &log);
    event
}

/// Everything measured at a step; values are rounded to single precision, all that scalars have.
pub(super) fn scalars(measurement: &Measurement, time: SystemTime) -> Vec<u8> {
    let mut event = at(measurement.step, time);
    let mut summary = Vec::new();
    for (quantity, number) in &measurement.values {
        let mut value = Vec::new();
        bytes(&mut value, 1, tag(*quantity).as_bytes());
        key(&mut value, 2, FIXED_32);
        value.extend((*number as f32).to_le_bytes());
        bytes(&mut summary, 1, &value);
    }
    bytes(&mut event, 5, &summary);
    event
}

/// The step of an event with scalars; `None` of others and of what is no event of ours.
pub(super) fn step_of_scalars(event: &[u8]) -> Option<u64> {
    let mut rest = event;
    let (mut step, mut has_summary) = (0, false);
    while !rest.is_empty() {
        let key = take_varint(&mut rest)?;
        let length = match key & 7 {
            VARINT => {
                let value = take_varint(&mut rest)?;
                if key >> 3 == 2 {
                    step = value;
                }
                0
            }
            FIXED_64 => 8,
            FIXED_32 => 4,
            LENGTH => usize::try_from(take_varint(&mut rest)?).ok()?,
            _ => return None,
        };
        has_summary |= key >> 3 == 5;
        rest = rest.get(length..)?;
    }
    has_summary.then_some(step)
}

fn at(step: u64, time: SystemTime) -> Vec<u8> {
    let mut event = wall_time(time);
    key(&mut event, 2, VARINT);
    varint(&mut event, step);
    event
}

/// In seconds since 1970.
fn wall_time(time: SystemTime) -> Vec<u8> {
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH);
    let seconds = seconds.unwrap_or(Duration::ZERO).as_secs_f64();
    let mut event = Vec::new();
    key(&mut event, 1, FIXED_64);
    event.extend(seconds.to_le_bytes());
    event
}

fn key(message: &mut Vec<u8>, field: u64, encoding: u64) {
    varint(message, field << 3 | encoding);
}

fn bytes(message: &mut Vec<u8>, field: u64, content: &[u8]) {
    key(message, field, LENGTH);
    varint(message, content.len() as u64);
    message.extend(content);
}

/// Seven bits a byte, the lowest first; all but the last byte have the eighth.
fn varint(message: &mut Vec<u8>, mut value: u64) {
    while value > 127 {
        message.push(value as u8 | 128);
        value >>= 7;
    }
    message.push(value as u8);
}

fn take_varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 127) << shift;
        if byte & 128 == 0 {
            return Some(value);
        }
    }
    None
}
