//! Memory for values: assigned once, reused as soon as a value has been read for the last time.

use crate::storage::ALIGNMENT;

/// A value's life: it is written by the instruction in place `from` and read last by `until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lifetime {
    pub(crate) count: usize,
    pub(crate) from: usize,
    pub(crate) until: usize,
    /// The value (by its place in the list) whose memory it takes over: that one is read for the
    /// last time, element by element, where this one is written.
    pub(crate) takes_over: Option<usize>,
}

/// Offsets such that values alive at the same time never overlap, and the length they need.
///
/// Values are placed in the order of their birth, each in the smallest gap that holds it, or in the
/// place of the value it takes over.
pub(crate) fn assign(lifetimes: &[Lifetime]) -> (Vec<usize>, usize) {
    let mut order: Vec<usize> = (0..lifetimes.len()).collect();
    order.sort_by_key(|index| lifetimes[*index].from);
    let mut offsets = vec![0; lifetimes.len()];
    let mut alive: Vec<usize> = Vec::new();
    let mut total = 0;
    for index in order {
        let own = lifetimes[index];
        alive.retain(|other| lifetimes[*other].until >= own.from);
        if let Some(place) = alive
            .iter()
            .position(|other| Some(*other) == own.takes_over)
        {
            offsets[index] = offsets[alive[place]];
            alive[place] = index;
            continue;
        }
        alive.sort_by_key(|other| offsets[*other]);
        let length = own.count.next_multiple_of(ALIGNMENT);
        offsets[index] = smallest_gap(&alive, lifetimes, &offsets, length);
        total = total.max(offsets[index] + length);
        alive.push(index);
    }
    (offsets, total)
}

fn smallest_gap(
    alive: &[usize],
    lifetimes: &[Lifetime],
    offsets: &[usize],
    length: usize,
) -> usize {
    let mut end = 0;
    let mut best: Option<(usize, usize)> = None;
    for other in alive {
        let gap = offsets[*other].saturating_sub(end);
        if gap >= length && best.is_none_or(|(smallest, _)| gap < smallest) {
            best = Some((gap, end));
        }
        end = end.max(offsets[*other] + lifetimes[*other].count.next_multiple_of(ALIGNMENT));
    }
    best.map_or(end, |(_, offset)| offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_alive_together_never_overlap_and_dead_ones_are_reused() {
        let lifetime = |count, from, until| Lifetime {
            count,
            from,
            until,
            takes_over: None,
        };
        let lifetimes = [
            lifetime(100, 0, 1),
            lifetime(50, 1, 3),
            lifetime(90, 2, 4),
            lifetime(10, 3, 5),
            lifetime(60, 4, 5),
        ];
        let (offsets, total) = assign(&lifetimes);
        for (i, a) in lifetimes.iter().enumerate() {
            for (j, b) in lifetimes.iter().enumerate().skip(i + 1) {
                let together = a.from <= b.until && b.from <= a.until;
                let apart =
                    offsets[i] + a.count <= offsets[j] || offsets[j] + b.count <= offsets[i];
                assert!(!together || apart, "{i} and {j}");
            }
        }
        let mut in_place = lifetimes;
        in_place[2].count = 50;
        in_place[2].from = 3;
        in_place[2].takes_over = Some(1);
        let (taken, _) = assign(&in_place);
        assert_eq!(taken[2], taken[1]);
        assert_eq!(offsets[2], 0, "the first value is dead by then");
        assert!(total < lifetimes.iter().map(|lifetime| lifetime.count).sum());
    }
}
