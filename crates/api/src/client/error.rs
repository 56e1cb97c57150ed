//! What can go wrong with a call, as a caller would tell it apart.

use std::fmt;

use crate::types::Problem;

/// Why a call has no answer.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// The address of the server is not one.
    #[error("{0}")]
    BadUrl(String),
    /// The certificate authority cannot be read.
    #[error("the certificate authority file cannot be used: {0}")]
    BadCertificate(String),
    /// Nobody answers there.
    #[error("cannot reach {url}: {cause}")]
    Unreachable {
        /// The server's address.
        url: String,
        /// What the system says.
        cause: String,
    },
    /// It answers, but did not finish in time.
    #[error("{url} did not answer in time ({cause})")]
    TimedOut {
        /// The server's address.
        url: String,
        /// Which deadline it was.
        cause: String,
    },
    /// The credential is missing or not valid (401).
    #[error("the server does not accept the credential: {0}")]
    Unauthenticated(String),
    /// The server says why not.
    #[error("{}", Sentences(.0))]
    Problem(Box<Problem>),
    /// What answers there is not LinkMesh, or something in between is broken.
    #[error(
        "{url} answered with status {status} and not as a LinkMesh server does; check the address and any proxy in between"
    )]
    NotAServer {
        /// The server's address.
        url: String,
        /// The HTTP status.
        status: u16,
    },
    /// The answer cannot be read.
    #[error("the answer cannot be read ({0}); the server may be of another version")]
    Unreadable(String),
}

impl ApiError {
    /// The HTTP status that the server answered, where it did.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Problem(problem) => Some(problem.status),
            Self::Unauthenticated(_) => Some(401),
            Self::NotAServer { status, .. } => Some(*status),
            Self::BadUrl(_)
            | Self::BadCertificate(_)
            | Self::Unreachable { .. }
            | Self::TimedOut { .. }
            | Self::Unreadable(_) => None,
        }
    }

    /// Whether the same call may work later without anything being changed by a person.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::TimedOut { .. })
            || matches!(self.status(), Some(429 | 502 | 503 | 504))
    }
}

/// A problem as text: the detail, then one line per fault of the input.
struct Sentences<'a>(&'a Problem);

impl fmt::Display for Sentences<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problem = self.0;
        if problem.detail.is_empty() {
            write!(f, "{} (status {})", problem.title, problem.status)?;
        } else {
            f.write_str(&problem.detail)?;
        }
        // A single fault is often the detail itself.
        for fault in problem.errors.iter().filter(|fault| !problem.detail.contains(&fault.message)) {
            if fault.path.is_empty() {
                write!(f, "\n  {}", fault.message)?;
            } else {
                write!(f, "\n  {}: {}", fault.path, fault.message)?;
            }
        }
        Ok(())
    }
}

/// Turns a failure of the transport into one of ours.
pub(super) fn from_transport(url: &str, cause: &ureq::Error) -> ApiError {
    let url = url.to_owned();
    match cause {
        ureq::Error::Timeout(which) => ApiError::TimedOut { url, cause: which.to_string() },
        ureq::Error::BadUri(text) => ApiError::BadUrl(format!("`{text}` is not the address of a server")),
        ureq::Error::Io(e) if e.kind() == std::io::ErrorKind::ConnectionRefused => {
            ApiError::Unreachable { url, cause: "connection refused".to_owned() }
        }
        ureq::Error::HostNotFound => {
            ApiError::Unreachable { url, cause: "the host name is not known".to_owned() }
        }
        other => ApiError::Unreachable { url, cause: other.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{FieldError, ProblemKind};

    #[test]
    fn a_problem_reads_as_its_detail_and_one_line_per_fault() {
        let problem = Problem::new(ProblemKind::Invalid, "2 files are not valid; nothing was saved")
            .with_errors(vec![
                FieldError {
                    path: "fleet/routes/a.yaml: pipeline".into(),
                    message: "there is no `clean`".into(),
                },
                FieldError { path: String::new(), message: "two sources on port 4317".into() },
            ]);
        assert_eq!(
            ApiError::Problem(Box::new(problem)).to_string(),
            "2 files are not valid; nothing was saved\n  fleet/routes/a.yaml: pipeline: there is no `clean`\n  two sources on port 4317"
        );
    }

    #[test]
    fn a_fault_that_the_detail_says_already_is_not_said_twice() {
        let errors = vec![FieldError { path: "q".into(), message: "column 1: no field".into() }];
        let problem = Problem::new(ProblemKind::Invalid, "q: column 1: no field").with_errors(errors);
        assert_eq!(ApiError::Problem(Box::new(problem)).to_string(), "q: column 1: no field");
    }

    #[test]
    fn a_problem_without_detail_still_says_something() {
        let problem = Problem::new(ProblemKind::Internal, "");
        assert_eq!(ApiError::Problem(Box::new(problem)).to_string(), "The server failed (status 500)");
    }
}
