//! A web server for the tests: answers each request as a script says and keeps a record.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A request as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) path: String,
    /// The first byte asked for by a `Range` header.
    pub(super) range: Option<usize>,
}

/// How to answer a request for a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The file, from the byte asked for on.
    File,
    /// The same, but the connection breaks after this many bytes.
    CutAfter(usize),
    /// The whole file, whatever range was asked for.
    Whole,
    /// The wrong range.
    Shifted,
    /// Bytes without end, and without saying how many.
    Endless,
    /// This status, and no file.
    Status(u16),
    /// To another path.
    Redirect(&'static str),
}

/// A server on this machine; it lives until the test process ends.
pub(super) struct Server {
    pub(super) address: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

/// Which answer the n-th request gets, counted from 0.
type Script = fn(&Request, usize) -> Answer;
/// The bytes of the file called so, if there is one.
type Files = fn(&str) -> Option<Vec<u8>>;

impl Server {
    pub(super) fn start(files: Files, script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/data", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let request = read_request(&stream);
                let number = record.lock().unwrap().len();
                record.lock().unwrap().push(request.clone());
                let answer = script(&request, number);
                // The client may hang up first, for instance on an endless answer.
                let _ = respond(&mut stream, files, &request, answer);
            }
        });
        Self { address, requests }
    }

    /// The requests that have arrived for the file called so.
    pub(super) fn requests(&self, file: &str) -> Vec<Request> {
        let all = self.requests.lock().unwrap();
        all.iter()
            .filter(|request| request.path.ends_with(file))
            .cloned()
            .collect()
    }
}

fn read_request(stream: &TcpStream) -> Request {
    let mut lines = BufReader::new(stream).lines().map(Result::unwrap);
    let path = lines.next().unwrap().split(' ').nth(1).unwrap().to_owned();
    let headers: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let range = headers.iter().find_map(|line| {
        let lower = line.to_lowercase();
        let first = lower
            .strip_prefix("range: bytes=")?
            .trim_end_matches('-')
            .to_owned();
        Some(first.parse().unwrap())
    });
    Request { path, range }
}

fn respond(
    stream: &mut TcpStream,
    files: Files,
    request: &Request,
    answer: Answer,
) -> std::io::Result<()> {
    let name = request.path.rsplit('/').next().unwrap();
    let Some(bytes) = files(name) else {
        return head(stream, "404 Not Found", "Content-Length: 0\r\n");
    };
    let start = request.range.unwrap_or(0);
    match answer {
        Answer::File => send(stream, &bytes, start, start, usize::MAX),
        Answer::CutAfter(count) => send(stream, &bytes, start, start, count),
        Answer::Whole => send(stream, &bytes, 0, 0, usize::MAX),
        Answer::Shifted => send(stream, &bytes, start, start + 1, usize::MAX),
        Answer::Status(code) => head(stream, &code.to_string(), "Content-Length: 0\r\n"),
        Answer::Redirect(to) => head(
            stream,
            "302 Found",
            &format!("Location: {to}/{name}\r\nContent-Length: 0\r\n"),
        ),
        Answer::Endless => {
            head(stream, "200 OK", "")?;
            loop {
                stream.write_all(&[0; 4096])?;
            }
        }
    }
}

/// Sends `bytes[start..]`, saying that it starts at `claimed`, and breaks off after `count` bytes.
fn send(
    stream: &mut TcpStream,
    bytes: &[u8],
    start: usize,
    claimed: usize,
    count: usize,
) -> std::io::Result<()> {
    let total = bytes.len();
    if start > 0 && start >= total {
        let range = format!("Content-Range: bytes */{total}\r\nContent-Length: 0\r\n");
        return head(stream, "416 Range Not Satisfiable", &range);
    }
    let body = &bytes[start..];
    let length = format!("Content-Length: {}\r\n", body.len());
    if start > 0 {
        let range = format!("Content-Range: bytes {claimed}-{}/{total}\r\n", total - 1);
        head(stream, "206 Partial Content", &(range + &length))?;
    } else {
        head(stream, "200 OK", &length)?;
    }
    stream.write_all(&body[..count.min(body.len())])
}

fn head(stream: &mut TcpStream, status: &str, headers: &str) -> std::io::Result<()> {
    write!(
        stream,
        "HTTP/1.1 {status}\r\nConnection: close\r\n{headers}\r\n"
    )
}
