use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use http::Request;
use notifier::clock;
use notifier::http::Http;
use serde_json::Value;

use crate::{places, process, secrets};

/// A function's release binary under the Lambda Runtime Interface Emulator. It is a warm environment of its own, which
/// ends with this value; nothing that it ever said may show a secret.
pub struct Function {
    emulator: Child,
    address: SocketAddr,
    log: Arc<Mutex<Vec<u8>>>,
    readers: Vec<JoinHandle<()>>,
    http: Http,
}

/// How an invocation ended.
#[derive(Debug)]
pub struct Answer {
    /// The report, or `errorType` and `errorMessage`.
    pub body: Value,
    /// How long it took, the start of the environment included where it was the first.
    pub took: Duration,
}

impl Answer {
    /// The report of an invocation that is done.
    pub fn report(&self) -> &Value {
        assert!(self.body["errorType"].is_null(), "the invocation failed: {:#}", self.body);
        &self.body
    }

    /// The type and the message of an invocation that failed.
    pub fn error(&self) -> (&str, &str) {
        let fields = [&self.body["errorType"], &self.body["errorMessage"]].map(Value::as_str);
        let [Some(kind), Some(message)] = fields else { panic!("the invocation did not fail: {:#}", self.body) };
        (kind, message)
    }

    /// The report of an invocation that is done, or the one in the error of one that is not.
    pub fn report_of_either(&self) -> Value {
        let Some(message) = self.body["errorMessage"].as_str() else { return self.body.clone() };
        let (_, report) = message.split_once("report: ").expect("the error has a report");
        serde_json::from_str(report).unwrap()
    }
}

impl Function {
    /// Starts a function with this environment and nothing else of ours.
    pub fn start(name: &str, environment: &[(String, String)]) -> Self {
        let [address, runtime] = free_addresses();
        let mut emulator = Command::new(places::emulator())
            .args(["--runtime-interface-emulator-address", &address.to_string()])
            .args(["--runtime-api-address", &runtime.to_string()])
            .arg(places::function(name))
            .env_clear()
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", "AKIDTESTS")
            .env("AWS_SECRET_ACCESS_KEY", secrets::AWS_SECRET_ACCESS_KEY)
            .env("AWS_LAMBDA_FUNCTION_TIMEOUT", "30")
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = Arc::default();
        let readers = vec![keep(emulator.stdout.take().unwrap(), &log), keep(emulator.stderr.take().unwrap(), &log)];
        let function = Self { emulator, address, log, readers, http: Http::new().unwrap() };
        function.wait_until_open();
        function
    }

    /// Invokes the function, and waits until it has ended.
    pub async fn invoke(&self, event: impl AsRef<[u8]>) -> Answer {
        let url = format!("http://{}/2015-03-31/functions/function/invocations", self.address);
        let request = Request::post(url).body(event.as_ref().to_vec()).unwrap();
        let start = clock::instant();
        let response = self.http.exchange(request).await.unwrap();
        let took = clock::instant() - start;
        let text = String::from_utf8_lossy(response.body());
        secrets::assert_none_in(&text, "an answer");
        let body = serde_json::from_str(&text).unwrap_or_else(|_| panic!("not JSON: {text}\n{}", self.log()));
        Answer { body, took }
    }

    /// What the function and the emulator have logged.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&self.log.lock().unwrap()).into_owned()
    }

    /// The whole lines of its log that say this, once there is one. The emulator passes on what a function has written
    /// when it comes to it, which may be after the answer.
    pub async fn logged(&self, saying: &str) -> Vec<String> {
        for _ in 0..100 {
            let lines = self.lines(saying);
            if !lines.is_empty() {
                return lines;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the log does not say {saying}:\n{}", self.log());
    }

    /// The whole lines of its log that say this by now.
    pub fn lines(&self, saying: &str) -> Vec<String> {
        let log = self.log();
        let (whole, _) = log.rsplit_once('\n').unwrap_or_default();
        whole.lines().filter(|line| line.contains(saying)).map(str::to_owned).collect()
    }

    /// Ends the function's process with no warning. The emulator stays, and starts another one when it is asked.
    pub fn kill(&self) {
        assert!(process::signal(self.process(), "KILL"));
    }

    /// Freezes the function's process, and the emulator, which would end it when its time is over.
    pub fn freeze(&self) {
        for one in [self.emulator.id(), self.process()] {
            assert!(process::signal(one, "STOP"));
        }
    }

    /// Lets the function's process go on. The emulator goes on with [`thaw`](Self::thaw) only.
    pub fn thaw_alone(&self) {
        assert!(process::signal(self.process(), "CONT"));
    }

    /// Lets everything go on.
    pub fn thaw(&self) {
        self.thaw_alone();
        assert!(process::signal(self.emulator.id(), "CONT"));
    }

    /// The function's process. The emulator starts it with the first event.
    fn process(&self) -> u32 {
        *process::children(self.emulator.id()).first().expect("the function runs")
    }

    fn wait_until_open(&self) {
        for _ in 0..200 {
            if TcpStream::connect(self.address).is_ok() {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("the emulator does not listen:\n{}", self.log());
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        for frozen in process::children(self.emulator.id()).into_iter().chain([self.emulator.id()]) {
            process::signal(frozen, "CONT");
        }
        // On this signal the emulator ends the function too.
        let stopped = Command::new("kill").arg(self.emulator.id().to_string()).status();
        self.emulator.wait().unwrap();
        stopped.unwrap();
        // Nobody writes any more, so they come to an end.
        self.readers.drain(..).for_each(|reader| reader.join().unwrap());
        if thread::panicking() {
            eprintln!("── log of the function\n{}", self.log());
        } else {
            secrets::assert_none_in(&self.log(), "a log");
        }
    }
}

/// Two addresses that nobody else uses: every process has a loopback network of its own, by its id, so that no other
/// test takes a port between its being found free and its being used.
pub(crate) fn free_addresses() -> [SocketAddr; 2] {
    let [_, high, middle, low] = std::process::id().to_be_bytes();
    // Process ids have 22 bits, and 127.0.0.0/16 is everybody's.
    let ip = Ipv4Addr::new(127, high + 1, middle, low);
    let listeners = [(); 2].map(|()| TcpListener::bind((ip, 0)).unwrap());
    listeners.map(|listener| listener.local_addr().unwrap())
}

/// Keeps everything that is written.
fn keep(mut output: impl Read + Send + 'static, log: &Arc<Mutex<Vec<u8>>>) -> JoinHandle<()> {
    let log = Arc::clone(log);
    thread::spawn(move || {
        let mut chunk = [0; 4096];
        while let Ok(count @ 1..) = output.read(&mut chunk) {
            log.lock().unwrap().extend_from_slice(&chunk[..count]);
        }
    })
}
