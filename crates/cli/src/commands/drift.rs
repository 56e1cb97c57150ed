//! `drift`: who runs something else than what is committed, why, and where it differs.

use anyhow::Result;
use linkmesh_api::client::Client;
use linkmesh_api::types::{CollectorQuery, Drift, DriftCause, Sync};

use super::Outcome;
use super::get::all;
use crate::args::{DriftArguments, Format};
use crate::output::Screen;
use crate::output::numbers::UNKNOWN;
use crate::progress::during;

pub(super) fn run(screen: &mut Screen<'_>, client: &Client, arguments: &DriftArguments) -> Result<Outcome> {
    let drifts = during("comparing", || read(client, arguments))?;
    let format = arguments.format.format;
    let drifted: Vec<&Drift> = drifts.iter().filter(|drift| drift.drifted == Some(true)).collect();
    if format == Format::Name {
        drifted.iter().try_for_each(|drift| screen.line(&drift.collector))?;
    } else if !screen.document(format, &drifts)? {
        show(screen, &drifts, &drifted)?;
    }
    Ok(if drifted.is_empty() { Outcome::Done } else { Outcome::Differences })
}

fn read(client: &Client, arguments: &DriftArguments) -> Result<Vec<Drift>> {
    if let Some(id) = &arguments.collector {
        return Ok(vec![client.drift(id)?]);
    }
    let query = CollectorQuery { sync: Some(Sync::Drifted), ..CollectorQuery::default() };
    let drifted = all(|page| {
        client.collectors(&CollectorQuery { limit: page.limit, cursor: page.cursor, ..query.clone() })
    })?;
    drifted.iter().map(|collector| Ok(client.drift(&collector.id)?)).collect()
}

fn show(screen: &mut Screen<'_>, all: &[Drift], drifted: &[&Drift]) -> Result<()> {
    if let [only] = all
        && only.drifted.is_none()
    {
        return screen.line(&format!("{}: not known yet what it runs", only.collector));
    }
    if drifted.is_empty() {
        return screen.line("no drift");
    }
    for drift in drifted {
        let cause = drift.cause.map_or("cause not known", cause);
        let message = drift.message.as_deref().map(|message| format!(": {message}")).unwrap_or_default();
        screen.line(&format!("{}: {cause}{message}", drift.collector))?;
        for difference in &drift.differences {
            let value = |value: &Option<String>| value.clone().unwrap_or_else(|| UNKNOWN.to_owned());
            screen.line(&format!("  {}", difference.path))?;
            screen.diff(&format!("-   desired    {}", value(&difference.desired)))?;
            screen.diff(&format!("+   effective  {}", value(&difference.effective)))?;
        }
    }
    Ok(())
}

fn cause(cause: DriftCause) -> &'static str {
    match cause {
        DriftCause::LocalEdit => "edited on the host",
        DriftCause::OlderRevision => "runs an older revision",
        DriftCause::Injected => "changed by the supervisor",
        DriftCause::Redacted => "the collector hides the values",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_drift_names_cause_place_and_both_values() {
        let drift: Drift = serde_json::from_value(json!({
            "collector": "web-01", "drifted": true, "cause": "local_edit",
            "differences": [{"path": "exporters.debug.verbosity", "desired": "basic", "effective": "detailed"}]
        }))
        .unwrap();
        let mut out = Vec::new();
        let all = [drift];
        show(&mut Screen::plain(&mut out, jiff::Timestamp::UNIX_EPOCH), &all, &[&all[0]]).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "web-01: edited on the host\n  exporters.debug.verbosity\n-   desired    basic\n+   effective  detailed\n"
        );
    }
}
