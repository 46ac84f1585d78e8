//! A mirror: a folder on the network, and downloading a file from it.

use super::attempt::{AttemptError, Failure};
use super::wanted::Wanted;
use super::{Observer, Progress, unwritable};
use crate::DataError;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;
use std::time::Duration;
use ureq::http::{Response, StatusCode};
use ureq::{Agent, Body, Proxy};

/// Connections that one download may take. Each but the first follows one that broke after bringing
/// something, so a mirror that brings nothing is asked once.
const CONNECTIONS: usize = 5;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// The longest silence of a mirror. There is no limit on the whole: slow is not broken.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(30);
const REDIRECTS: u32 = 5;
const PIECE: usize = 1 << 16;

/// A folder on the network.
pub(super) struct Mirror {
    address: String,
    agent: Agent,
}

impl Mirror {
    pub(super) fn new(address: &str) -> Result<Self, DataError> {
        let secure = address.starts_with("https://");
        if !secure && !address.starts_with("http://") {
            let mirror = address.into();
            return Err(DataError::BadMirror { mirror });
        }
        let agent = Agent::config_builder()
            .https_only(secure)
            .proxy(proxy_for(address))
            .max_redirects(REDIRECTS)
            .http_status_as_error(false)
            .timeout_connect(Some(CONNECT_TIMEOUT))
            .timeout_recv_response(Some(SILENCE_TIMEOUT))
            .timeout_per_read(Some(SILENCE_TIMEOUT))
            .build()
            .new_agent();
        Ok(Self {
            address: address.trim_end_matches('/').into(),
            agent,
        })
    }

    /// The address of a file.
    pub(super) fn url(&self, file: &Wanted) -> String {
        format!("{}/{}", self.address, file.file_name())
    }

    /// Downloads the file to `part`, continuing what is there, and says whether something was there.
    pub(super) fn download(
        &self,
        file: &Wanted,
        part: &Path,
        observe: &mut Observer<'_>,
    ) -> Result<bool, Failure> {
        let continued = length(part) > 0;
        for _ in 1..CONNECTIONS {
            let before = length(part);
            match self.receive(file, part, observe) {
                Err(Failure::Mirror(AttemptError::CutOff { .. })) if length(part) > before => {}
                outcome => return outcome.map(|()| continued),
            }
        }
        self.receive(file, part, observe).map(|()| continued)
    }

    /// One connection: asks for what `part` lacks and appends it.
    fn receive(
        &self,
        file: &Wanted,
        part: &Path,
        observe: &mut Observer<'_>,
    ) -> Result<(), Failure> {
        let here = length(part);
        let mut response = self.request(&self.url(file), here)?;
        let start = match response.status() {
            StatusCode::OK => 0,
            StatusCode::PARTIAL_CONTENT if first_byte(&response) == Some(here) => here,
            StatusCode::PARTIAL_CONTENT => {
                return Err(AttemptError::WrongRange { asked: here }.into());
            }
            // Nothing follows what is here: it is whole or wrong, which the checksum will tell.
            StatusCode::RANGE_NOT_SATISFIABLE if here > 0 => return Ok(()),
            status => return Err(AttemptError::Status(status.as_u16()).into()),
        };
        let rest = response.body().content_length();
        let mut arrival = Arrival {
            file: file.file_name(),
            received: start,
            total: rest.map(|rest| start + rest),
            limit: file.most_bytes(),
        };
        let sink = open_part(part, start).map_err(|source| unwritable(part, source))?;
        arrival.copy(&mut response.body_mut().as_reader(), sink, part, observe)
    }

    fn request(&self, url: &str, first_byte: u64) -> Result<Response<Body>, AttemptError> {
        // Byte positions count in the file as it is stored, so no compression on the way.
        let mut request = self.agent.get(url).header("Accept-Encoding", "identity");
        if first_byte > 0 {
            request = request.header("Range", format!("bytes={first_byte}-"));
        }
        request
            .call()
            .map_err(|error| AttemptError::NoAnswer(error.into()))
    }
}

/// A file on its way from a mirror to its part.
struct Arrival {
    file: &'static str,
    received: u64,
    total: Option<u64>,
    limit: u64,
}

impl Arrival {
    fn copy(
        &mut self,
        body: &mut dyn Read,
        mut sink: File,
        part: &Path,
        observe: &mut Observer<'_>,
    ) -> Result<(), Failure> {
        let mut piece = vec![0; PIECE];
        loop {
            let count = match body.read(&mut piece) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(self.cut_off(error)),
            };
            self.received += count as u64;
            if self.received > self.limit {
                fs::remove_file(part).map_err(|source| unwritable(part, source))?;
                return Err(AttemptError::TooLong { limit: self.limit }.into());
            }
            sink.write_all(&piece[..count])
                .map_err(|source| unwritable(part, source))?;
            observe(Progress::Receiving {
                file: self.file,
                received: self.received,
                total: self.total,
            });
        }
        if self.total.is_some_and(|total| self.received < total) {
            return Err(self.cut_off(ErrorKind::UnexpectedEof.into()));
        }
        sink.sync_all().map_err(|source| unwritable(part, source))?;
        Ok(())
    }

    fn cut_off(&self, source: io::Error) -> Failure {
        let (received, total) = (self.received, self.total);
        AttemptError::CutOff {
            received,
            total,
            source,
        }
        .into()
    }
}

/// The proxy of the environment, except for servers on this machine, which it could not reach.
fn proxy_for(address: &str) -> Option<Proxy> {
    let host = address.split("://").nth(1).unwrap_or_default();
    let local = ["127.", "localhost", "[::1]"];
    if local.iter().any(|name| host.starts_with(name)) {
        None
    } else {
        Proxy::try_from_env()
    }
}

/// The bytes of a part that are here.
fn length(part: &Path) -> u64 {
    fs::metadata(part).map_or(0, |metadata| metadata.len())
}

/// The part, ready to be written from byte `start` on: its end, or the beginning.
fn open_part(part: &Path, start: u64) -> io::Result<File> {
    if start > 0 {
        OpenOptions::new().append(true).open(part)
    } else {
        File::create(part)
    }
}

/// The position of the first byte sent, from `Content-Range: bytes FIRST-LAST/TOTAL`.
fn first_byte(response: &Response<Body>) -> Option<u64> {
    let range = response.headers().get("Content-Range")?.to_str().ok()?;
    let (first, _) = range.strip_prefix("bytes ")?.split_once('-')?;
    first.trim().parse().ok()
}
