//! How does a test talk to headless Chromium, without more than the standard library?
//!
//! The protocol goes over two pipes by name: messages of JSON, each ended by a zero byte.

use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

/// A browser that hangs is ended after so many seconds, which fails its test.
const LONGEST_SECONDS: u64 = 240;

const FLAGS: [&str; 11] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
];

pub struct Browser {
    child: Arc<Mutex<Child>>,
    to: File,
    from: BufReader<File>,
    calls: u64,
    /// What the browser said by itself.
    events: Vec<Value>,
    _folder: TempDir,
}

/// A page of the browser.
pub struct Tab<'b> {
    browser: &'b mut Browser,
    session: String,
    target: String,
}

fn executable() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("TAILCOST_CHROMIUM") {
        return Some(path.into());
    }
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let folders = std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect::<Vec<_>>())?;
    folders.iter().flat_map(|folder| names.map(|name| folder.join(name))).find(|path| path.is_file())
}

impl Browser {
    /// A browser, where there is one.
    pub fn start() -> Option<Self> {
        let executable = executable()?;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (to, from) = (folder.path().join("to"), folder.path().join("from"));
        let made = Command::new("mkfifo").args([&to, &from]).status().expect("mkfifo");
        assert!(made.success());
        let child = Command::new("sh")
            .args(["-c", "to=$1 from=$2; shift 2; exec \"$@\" 3<\"$to\" 4>\"$from\"", "sh"])
            .args([&to, &from, &executable])
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell");
        let child = Arc::new(Mutex::new(child));
        let watched = Arc::downgrade(&child);
        std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_secs(LONGEST_SECONDS));
            if let Some(child) = watched.upgrade() {
                let _ = child.lock().expect("no panic holds it").kill();
            }
        });
        // In the order in which the shell opens them.
        let to = File::options().write(true).open(to).expect("a pipe to the browser");
        let from = BufReader::new(File::open(from).expect("a pipe from the browser"));
        Some(Self { child, to, from, calls: 0, events: Vec::new(), _folder: folder })
    }

    fn call(&mut self, session: Option<&str>, method: &str, params: Value) -> Value {
        self.calls += 1;
        let id = self.calls;
        let mut message = json!({ "id": id, "method": method, "params": params });
        if let Some(session) = session {
            message["sessionId"] = json!(session);
        }
        self.to
            .write_all(message.to_string().as_bytes())
            .and_then(|()| self.to.write_all(b"\0"))
            .expect("the browser listens");
        loop {
            let message = self.receive();
            if message["id"] == json!(id) {
                assert!(message.get("error").is_none(), "{method}: {message}");
                return message["result"].clone();
            }
            self.events.push(message);
        }
    }

    fn receive(&mut self) -> Value {
        let mut bytes = Vec::new();
        self.from.read_until(0, &mut bytes).expect("the browser speaks");
        assert_eq!(bytes.pop(), Some(0), "the browser has gone away");
        serde_json::from_slice(&bytes).expect("JSON")
    }

    /// A new empty page.
    pub fn tab(&mut self) -> Tab<'_> {
        self.events.clear();
        let target = self.call(None, "Target.createTarget", json!({ "url": "about:blank" }))["targetId"].clone();
        let attached = self.call(None, "Target.attachToTarget", json!({ "targetId": target, "flatten": true }));
        let text = |value: &Value| value.as_str().expect("a text").to_string();
        let mut tab = Tab { session: text(&attached["sessionId"]), target: text(&target), browser: self };
        for domain in ["Page", "Runtime", "Network", "Log"] {
            tab.call(&format!("{domain}.enable"), json!({}));
        }
        tab.call("Emulation.setEmulatedMedia", json!({ "features": [still()] }));
        tab
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let mut child = self.child.lock().expect("no panic holds it");
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// A page that is asked not to move scrolls at once: what is clicked stands still, however busy the machine.
fn still() -> Value {
    json!({ "name": "prefers-reduced-motion", "value": "reduce" })
}

impl Tab<'_> {
    fn call(&mut self, method: &str, params: Value) -> Value {
        self.browser.call(Some(&self.session), method, params)
    }

    pub fn size(&mut self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", metrics);
    }

    pub fn theme(&mut self, theme: &str) {
        let features = json!([still(), { "name": "prefers-color-scheme", "value": theme }]);
        self.call("Emulation.setEmulatedMedia", json!({ "features": features }));
    }

    pub fn print_media(&mut self) {
        self.call("Emulation.setEmulatedMedia", json!({ "media": "print" }));
    }

    pub fn without_scripts(&mut self) {
        self.call("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
    }

    /// Opens a file and waits until it is loaded.
    pub fn open(&mut self, path: &Path) {
        self.call("Page.navigate", json!({ "url": format!("file://{}", path.display()) }));
        self.call("Page.bringToFront", json!({}));
        let loaded = |event: &Value| event["method"] == "Page.loadEventFired";
        while !self.browser.events.iter().any(loaded) {
            let event = self.browser.receive();
            self.browser.events.push(event);
        }
    }

    /// What an expression comes to on the page.
    pub fn value(&mut self, expression: &str) -> Value {
        let params = json!({ "expression": expression, "returnByValue": true });
        let result = self.call("Runtime.evaluate", params);
        assert!(result.get("exceptionDetails").is_none(), "{expression}: {result}");
        result["result"]["value"].clone()
    }

    /// What a promise comes to.
    pub fn awaited(&mut self, expression: &str) -> Value {
        let params = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let result = self.call("Runtime.evaluate", params);
        assert!(result.get("exceptionDetails").is_none(), "{expression}: {result}");
        result["result"]["value"].clone()
    }

    pub fn run(&mut self, expression: &str) {
        self.value(&format!("{{ {expression}; }} 0"));
    }

    pub fn number(&mut self, expression: &str) -> f64 {
        self.value(expression).as_f64().unwrap_or_else(|| panic!("no number: {expression}"))
    }

    pub fn text(&mut self, expression: &str) -> String {
        self.value(expression).as_str().unwrap_or_else(|| panic!("no text: {expression}")).to_string()
    }

    pub fn truth(&mut self, expression: &str) -> bool {
        self.value(expression).as_bool().unwrap_or_else(|| panic!("no truth: {expression}"))
    }

    pub fn types(&mut self, text: &str) {
        self.call("Input.insertText", json!({ "text": text }));
    }

    pub fn key(&mut self, key: &str, code: u32) {
        let text = match key {
            "Enter" => "\r",
            " " => " ",
            _ => "",
        };
        for kind in ["keyDown", "keyUp"] {
            let params = json!({ "type": kind, "key": key, "windowsVirtualKeyCode": code, "text": if kind == "keyDown" { text } else { "" } });
            self.call("Input.dispatchKeyEvent", params);
        }
    }

    /// A click in the middle of an element.
    pub fn click(&mut self, selector: &str) {
        self.run(&format!(
            "document.querySelector('{selector}').scrollIntoView({{ block: 'center', behavior: 'instant' }})"
        ));
        self.settle();
        let (x, y) = self.point(selector, 0.5);
        for kind in ["mouseMoved", "mousePressed", "mouseReleased"] {
            let button = if kind == "mouseMoved" { "none" } else { "left" };
            let params = json!({ "type": kind, "x": x, "y": y, "button": button, "clickCount": 1 });
            self.call("Input.dispatchMouseEvent", params);
        }
    }

    /// Waits until what was scrolled or changed is on the screen, where the pointer meets it.
    fn settle(&mut self) {
        let frames = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))";
        self.call("Runtime.evaluate", json!({ "expression": frames, "awaitPromise": true }));
    }

    /// The pointer over an element, a share of its width from its left.
    pub fn hover(&mut self, selector: &str, share: f64) {
        self.settle();
        let (x, y) = self.point(selector, share);
        self.call("Input.dispatchMouseEvent", json!({ "type": "mouseMoved", "x": x, "y": y, "pointerType": "mouse" }));
    }

    fn point(&mut self, selector: &str, share: f64) -> (f64, f64) {
        let rect = format!("document.querySelector('{selector}').getBoundingClientRect()");
        let x = self.number(&format!("{rect}.left + {share} * {rect}.width"));
        (x, self.number(&format!("{rect}.top + {rect}.height / 2")))
    }

    /// The page on paper of this size in inches, as base64.
    pub fn pdf(&mut self, width: f64, height: f64) -> String {
        let params =
            json!({ "paperWidth": width, "paperHeight": height, "printBackground": true, "preferCSSPageSize": false });
        self.call("Page.printToPDF", params)["data"].as_str().expect("a PDF").to_string()
    }

    /// A picture of the whole page, where pictures are kept.
    pub fn keep(&mut self, name: &str) {
        let Some(folder) = std::env::var_os("TAILCOST_SCREENSHOTS") else { return };
        let picture = self.call("Page.captureScreenshot", json!({ "format": "png", "captureBeyondViewport": true }));
        let data = picture["data"].as_str().expect("a picture");
        // As the protocol gives it: `base64 -d` makes the picture.
        std::fs::write(Path::new(&folder).join(format!("{name}.png.base64")), data).expect("a folder for pictures");
    }

    /// Closes the page; it must not have complained, nor asked the network for anything.
    pub fn close_quietly(mut self, case: &str) {
        // What is still on its way arrives before the answer.
        self.value("0");
        for event in &self.browser.events {
            let method = event["method"].as_str().unwrap_or_default();
            let complaint = ["Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"].contains(&method);
            assert!(!complaint, "{case}: {event}");
            if method == "Network.requestWillBeSent" {
                let url = event["params"]["request"]["url"].as_str().unwrap_or_default();
                assert!(url.starts_with("file:") || url.starts_with("data:"), "{case} asks for {url}");
            }
        }
        let target = self.target.clone();
        self.browser.call(None, "Target.closeTarget", json!({ "targetId": target }));
    }
}
