//! Which files somebody has locked, as the system lists it: looking takes no lock.

use std::collections::HashSet;
use std::path::Path;

/// The files that are locked, by their inodes; none where the system has no such list, and not those
/// locked on another machine or in another container.
#[derive(Debug, Default)]
pub(super) struct Held(HashSet<u64>);

impl Held {
    /// As it is now.
    pub(super) fn now() -> Self {
        Self::parse(&std::fs::read_to_string("/proc/locks").unwrap_or_default())
    }

    /// From lines such as `1: FLOCK  ADVISORY  WRITE 4711 fd:00:131077 0 EOF`.
    fn parse(text: &str) -> Self {
        let inode = |line: &str| {
            let file = line.split_whitespace().nth(5)?;
            file.rsplit(':').next()?.parse().ok()
        };
        let locks = text.lines().filter(|line| line.contains(" FLOCK "));
        Self(locks.filter_map(inode).collect())
    }

    /// Whether a file is among them.
    pub(super) fn has(&self, path: &Path) -> bool {
        inode(path).is_some_and(|inode| self.0.contains(&inode))
    }
}

#[cfg(unix)]
fn inode(path: &Path) -> Option<u64> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).ok().map(|metadata| metadata.ino())
}

#[cfg(not(unix))]
fn inode(_: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_the_system_is_read() {
        let held = Held::parse(
            "1: FLOCK  ADVISORY  WRITE 4711 fd:00:131077 0 EOF\n\
             2: POSIX  ADVISORY  READ  12 00:1a:99 0 EOF\n\
             3: -> FLOCK  ADVISORY\n",
        );
        assert_eq!(held.0, HashSet::from([131_077]));
    }
}
