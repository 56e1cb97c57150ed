//! What applications do: send logs to a collector, append lines to a file.
//! Start at [`logs`].

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use serde_json::json;

const CALL_MAX: Duration = Duration::from_secs(10);

/// Sends logs as OTLP/JSON to `endpoint` (`http://HOST:PORT`), all of one service and severity.
///
/// # Errors
/// The status, where it is not a success; 0 where nobody answers.
pub fn logs(endpoint: &str, service: &str, severity: &str, bodies: &[&str]) -> Result<(), u16> {
    let number = match severity {
        "TRACE" => 1,
        "DEBUG" => 5,
        "INFO" => 9,
        "WARN" => 13,
        "ERROR" => 17,
        "FATAL" => 21,
        _ => 0,
    };
    let records: Vec<_> = bodies
        .iter()
        .map(
            |body| json!({"severityNumber": number, "severityText": severity, "body": {"stringValue": body}}),
        )
        .collect();
    let resource = json!({"attributes": [{"key": "service.name", "value": {"stringValue": service}}]});
    let request = json!({"resourceLogs": [{"resource": resource, "scopeLogs": [{"logRecords": records}]}]});
    post(&format!("{endpoint}/v1/logs"), request.to_string().into_bytes())
}

/// Appends lines to a file and makes sure that they are there.
///
/// # Panics
/// When the file cannot be written.
pub fn lines(file: &Path, lines: &[&str]) {
    std::fs::create_dir_all(file.parent().expect("a file lies in a folder")).expect("folders can be made");
    let mut open = OpenOptions::new().create(true).append(true).open(file).expect("a log file can be opened");
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    open.write_all(text.as_bytes()).expect("a log file can be written");
    open.sync_all().expect("a log file can be synced");
}

/// Sends lines to `address` (`HOST:PORT`) over TCP, as a device does with syslog.
///
/// # Errors
/// Nobody listens, or the connection ends.
pub fn tcp_lines(address: &str, lines: &[&str]) -> std::io::Result<()> {
    let mut stream = std::net::TcpStream::connect(address)?;
    for line in lines {
        stream.write_all(format!("{line}\n").as_bytes())?;
    }
    stream.flush()
}

fn post(url: &str, body: Vec<u8>) -> Result<(), u16> {
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(CALL_MAX))
        .build()
        .new_agent();
    let request = ureq::http::Request::post(url).header("content-type", "application/json").body(body);
    let response = agent.run(request.map_err(|_| 0_u16)?).map_err(|_| 0_u16)?;
    if response.status().is_success() { Ok(()) } else { Err(response.status().as_u16()) }
}
