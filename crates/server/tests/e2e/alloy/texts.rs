//! Configurations for plays, each named by its first line, and what Alloy makes of them. Knows nobody.

use linkmesh_remotecfg::agent::Opinion;

pub(super) const FIRST: &str = "// first\notelcol.processor.batch \"a\" {\n\toutput { }\n}\n";
pub(super) const SECOND: &str = "// second\notelcol.processor.batch \"a\" {\n\toutput { }\n}\n";
pub(super) const UNKNOWN: &str = "// unknown\notelcol.processor.no_such_thing \"a\" { }\n";
pub(super) const UNKNOWN_TOO: &str = "// unknown2\notelcol.processor.no_such_thing \"a\" { }\n";
pub(super) const UNREADABLE: &str = "// unreadable\notelcol.processor.batch \"a\" {\n";
pub(super) const WRONG_ARGUMENT: &str =
    "// wrong argument\notelcol.processor.batch \"a\" {\n\tno_such_argument = 1\n\toutput { }\n}\n";
pub(super) const NOTHING: &str = "// nothing\n";
const ALL: [&str; 7] = [FIRST, SECOND, UNKNOWN, UNKNOWN_TOO, UNREADABLE, WRONG_ARGUMENT, NOTHING];

/// What the real one says of these texts, without which the one made of memory would have nothing to say.
pub(super) fn judge(text: &str) -> Opinion {
    match text {
        UNKNOWN | UNKNOWN_TOO => Opinion::Refused("unknown"),
        UNREADABLE => Opinion::Refused("unreadable"),
        WRONG_ARGUMENT => Opinion::Evaluates("wrong argument"),
        _ => Opinion::Good,
    }
}

/// The first line of a text, which names it.
pub(super) fn name(text: &str) -> &str {
    text.lines().next().unwrap_or_default().trim_start_matches("// ")
}

/// The name of the text with this hash.
pub(super) fn name_of(hash: &str) -> &'static str {
    let hash_of = |text: &str| -> String {
        linkmesh_remotecfg::hash_of(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
    };
    ALL.iter().find(|text| hash_of(text) == hash).map_or("no known text", |text| name(text))
}
