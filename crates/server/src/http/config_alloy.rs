//! The file that an Alloy host is set up with: where it polls, and how it pushes its own metrics.
//! Everything that is inserted is escaped. Start at [`config_alloy`].

/// The name under which the file is handed out.
pub(super) const CONFIG_ALLOY: &str = "config.alloy";
/// Stands where a token belongs.
const PLACEHOLDER: &str = "REPLACE-WITH-A-COLLECTOR-TOKEN";

/// Where the host finds its token.
pub(super) enum Bearer<'a> {
    /// In the file itself.
    Inline(&'a str),
    /// In a file of its own, which is read anew for every request.
    File(&'a str),
    /// It is still to be put in.
    Placeholder,
}

/// The file for one collector; without an id it says its host's name.
pub(super) fn config_alloy(external_url: &str, id: Option<&str>, bearer: &Bearer<'_>) -> String {
    let url = quoted(external_url);
    let name = id.map_or_else(|| "constants.hostname".to_owned(), quoted);
    let (how, credential, token, file) = match bearer {
        Bearer::Inline(token) => {
            let token = quoted(token);
            (PRIVATE, format!("bearer_token   = {token}"), token, String::new())
        }
        Bearer::Placeholder => {
            let token = quoted(PLACEHOLDER);
            (REPLACE, format!("bearer_token   = {token}"), token, String::new())
        }
        Bearer::File(path) => {
            let path = quoted(path);
            let block =
                format!("local.file \"linkmesh_token\" {{\n\tfilename  = {path}\n\tis_secret = true\n}}\n\n");
            (
                FROM_FILE,
                format!("bearer_token_file = {path}"),
                "local.file.linkmesh_token.content".to_owned(),
                block,
            )
        }
    };
    format!(
        r#"// Configuration of Grafana Alloy for LinkMesh. Save as /etc/alloy/config.alloy and restart Alloy:
//   sudo systemctl restart alloy
{how}

// What this host runs comes from LinkMesh and is polled for.
remotecfg {{
	url            = {url}
	id             = {name}
	poll_frequency = "60s"
	{credential}

	attributes = {{
		"host.name" = constants.hostname,
		// Say here if Alloy is started with another --stability.level: "public-preview" or "experimental".
		"linkmesh.stability" = "generally-available",
	}}
}}

// How Alloy itself is doing goes to LinkMesh. Without what follows, only rates and CPU are missing there.
{file}prometheus.exporter.self "linkmesh" {{ }}

discovery.relabel "linkmesh" {{
	targets = prometheus.exporter.self.linkmesh.targets

	rule {{
		target_label = "instance"
		replacement  = {name}
	}}
}}

prometheus.scrape "linkmesh" {{
	targets         = discovery.relabel.linkmesh.output
	scrape_interval = "30s"
	forward_to      = [prometheus.relabel.linkmesh.receiver]
}}

prometheus.relabel "linkmesh" {{
	rule {{
		source_labels = ["__name__"]
		regex         = "remotecfg_.*|alloy_.*|process_.*|otelcol_.*|loki_.*|prometheus_(forwarded|remote_storage|scrape)_.*|up"
		action        = "keep"
	}}

	rule {{
		source_labels = ["__name__"]
		regex         = ".*_bucket"
		action        = "drop"
	}}
	forward_to = [otelcol.receiver.prometheus.linkmesh.receiver]
}}

otelcol.receiver.prometheus "linkmesh" {{
	output {{
		metrics = [otelcol.exporter.otlphttp.linkmesh.input]
	}}
}}

otelcol.auth.bearer "linkmesh" {{
	token = {token}
}}

otelcol.exporter.otlphttp "linkmesh" {{
	client {{
		endpoint = {url}
		auth     = otelcol.auth.bearer.linkmesh.handler
	}}
}}
"#
    )
}

const PRIVATE: &str = "// It holds the token of this collector. Keep it private: chmod 640, owned by root and the group of Alloy.";
const REPLACE: &str = "// Put the token of this collector into both places below: `linkmesh token mint`, or the web page. Then keep the file private.";
const FROM_FILE: &str = "// The token of this collector stands in a file of its own, which must be there before Alloy starts. A new token needs no restart.";

/// A string of Alloy's syntax. Its escapes are those of JSON; a byte order mark may not stand as it is.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{feff}', "\\ufeff")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_inserted_stays_inside_its_string() {
        let evil = "x\"\n}\nlogging { level = \"debug\u{feff}\u{7f}";
        let text = config_alloy("https://a.example", Some(evil), &Bearer::Inline(evil));
        assert!(!text.contains("\nlogging"), "{text}");
        assert!(text.contains(r#"= "x\"\n}\nlogging { level = \"debug\ufeff"#), "{text}");
        assert_eq!(text.matches(r#"endpoint = "https://a.example""#).count(), 1);
    }

    #[test]
    fn the_token_stands_inline_or_in_a_file_of_its_own() {
        let inline = config_alloy("https://a.example", Some("edge-7"), &Bearer::Inline("lmcol_x"));
        assert!(
            inline.contains(r#"bearer_token   = "lmcol_x""#)
                && inline.contains(r#"id             = "edge-7""#)
        );
        let file = config_alloy("https://a.example", None, &Bearer::File("/etc/alloy/linkmesh.token"));
        assert!(
            file.contains(r#"bearer_token_file = "/etc/alloy/linkmesh.token""#)
                && file.contains("constants.hostname")
        );
        assert!(file.contains("token = local.file.linkmesh_token.content"));
        assert!(config_alloy("https://a.example", None, &Bearer::Placeholder).contains(PLACEHOLDER));
    }
}
