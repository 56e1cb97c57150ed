//! Whatever goes wrong: one sentence that says what to do, and the host is as it was.

use std::path::PathBuf;

use linkmesh_api::types::CreateEnrollmentToken;
use linkmesh_testkit::fleet::member;

use super::host::{Host, SHELLS, Said, piped, staged, tree};
use crate::wire::{Wire, first_message};
use crate::world::World;

/// Runs something that must fail with a sentence that holds `expected`, and compares the host before and after.
fn fails(host: &Host, what: &str, expected: &str, run: impl Fn(&[&str]) -> Said) {
    for shell in SHELLS {
        let before = tree(host.root());
        host.forget_calls();
        let said = run(shell);
        let context = format!("{what}, in {}: {said:#?}", shell.join(" "));
        assert_ne!(said.code, 0, "{context}");
        let sentences: Vec<&str> =
            said.err.lines().filter(|line| line.starts_with("install-opamp: ")).collect();
        assert_eq!(sentences.len(), 1, "{context}");
        assert_eq!(said.err.lines().count(), 1, "nothing but the sentence; {context}");
        assert!(said.err.contains(expected), "{expected}; {context}");
        assert_eq!(tree(host.root()), before, "the host is as it was; {context}");
    }
}

#[test]
fn what_the_host_lacks_is_said_before_anything_is_touched() {
    let world = World::new("install-lacks");
    staged::small(&world);
    let token = world.token().token;
    let host = Host::new(&world, "host");
    let line = |shell: &[&str]| host.line(shell, &["--token", &token]);

    let systemd = host.root().join("run/systemd");
    std::fs::rename(&systemd, host.root().join("run/elsewhere")).unwrap();
    fails(&host, "no systemd", "systemd does not run here", line);
    std::fs::rename(host.root().join("run/elsewhere"), &systemd).unwrap();

    host.fake("uname", "case $1 in -m) echo mips64 ;; *) echo Linux ;; esac\n");
    fails(&host, "wrong architecture", "this host is mips64", line);
    host.fake("uname", "echo Darwin\n");
    fails(&host, "no Linux", "the script is for Linux", line);
    host.fake("uname", "exec /usr/bin/env -i PATH=/usr/bin:/bin uname \"$@\"\n");

    host.fake(
        "df",
        "echo 'Filesystem 1024-blocks Used Available Capacity Mounted'\necho 'x 10 0 9000 1% /'\n",
    );
    fails(&host, "little space", "8 MB free, and 585 MB are needed", line);
    host.fake("df", "exec /usr/bin/env -i PATH=/usr/bin:/bin df \"$@\"\n");

    // Not below the folder of the test but for this very machine; a token that is none keeps it from going on.
    host.fake("id", "echo 1000\n");
    fails(&host, "not root", "this needs root; run it with sudo", |shell| {
        host.image(shell, &["--token", "lmenr_none"])
    });
    assert_eq!(line(SHELLS[0]).code, 0, "with all of it back, it works");
}

#[test]
fn without_a_program_that_fetches_it_says_so() {
    let world = World::new("install-fetch");
    staged::small(&world);
    let token = world.token().token;
    let host = Host::new(&world, "host");
    let bare = world.folder.join("bare");
    std::fs::create_dir_all(&bare).unwrap();
    for program in [
        "sh",
        "uname",
        "mktemp",
        "sed",
        "awk",
        "tar",
        "gzip",
        "df",
        "sha256sum",
        "id",
        "rm",
        "chmod",
        "tail",
        "head",
        "cut",
        "tr",
        "mkdir",
        "mv",
        "cp",
        "ln",
        "cat",
        "cmp",
        "grep",
        "sleep",
        "rmdir",
    ] {
        let found = std::env::split_paths(&std::env::var_os("PATH").unwrap())
            .map(|folder| folder.join(program))
            .find(|path| path.exists());
        std::os::unix::fs::symlink(found.unwrap(), bare.join(program)).unwrap();
    }
    let with = |tools: Option<PathBuf>| {
        let mut command = host.command(&["dash"], &["--token", &token]);
        let fakes = world.folder.join("host/fakes");
        let path = [Some(fakes), tools, Some(bare.clone())];
        command.env("PATH", std::env::join_paths(path.into_iter().flatten()).unwrap());
        command.env("LINKMESH_INSTALL_TEST_ROOT", host.root());
        let mut dash = std::process::Command::new("/usr/bin/env");
        dash.args(["-i"]);
        for (name, value) in command.get_envs() {
            dash.arg(format!("{}={}", name.display(), value.unwrap_or_default().display()));
        }
        dash.arg("/bin/sh").args(command.get_args());
        piped(dash, &host.script())
    };
    let before = tree(host.root());
    let said = with(None);
    assert!(said.err.contains("neither curl nor wget is here"), "{said:#?}");
    assert_eq!(tree(host.root()), before);
    // The small wget of busybox is enough where nothing is encrypted.
    let tools = world.folder.join("tools");
    std::fs::create_dir_all(&tools).unwrap();
    let busybox =
        ["/bin/busybox", "/usr/bin/busybox"].into_iter().find(|path| std::path::Path::new(path).exists());
    std::os::unix::fs::symlink(busybox.unwrap(), tools.join("wget")).unwrap();
    let said = with(Some(tools));
    assert_eq!(said.code, 0, "{said:#?}");
    assert!(host.read("etc/otelcol-supervisor/supervisor.yaml").contains(&token));
}

#[test]
fn a_token_that_is_not_good_is_refused_before_anything_is_installed() {
    let world = World::new("install-token");
    staged::small(&world);
    let host = Host::new(&world, "host");
    let with = |token: &str| {
        let token = token.to_owned();
        let host = &host;
        move |shell: &[&str]| host.line(shell, &["--token", &token])
    };
    fails(&host, "no token", "no token was given", |shell| host.line(shell, &[]));
    fails(
        &host,
        "unknown",
        "the token was refused: this enrollment token is not known here",
        with("lmenr_none"),
    );
    fails(&host, "of another kind", "this is no enrollment token", with(world.server.token()));
    for hostile in ["lmenr_x'; touch /tmp/x; '", "lmenr_x\ntouch", "lmenr_$(id)", "lmenr_x\"", "lmenr_\u{e9}"]
    {
        fails(&host, hostile, "the token has characters that no token has", with(hostile));
    }
    let revoked = world.token();
    world.api().revoke_enrollment_token(&revoked.id).unwrap();
    fails(&host, "revoked", "the token was refused: this enrollment token was revoked", with(&revoked.token));
    let missing = world.folder.join("no-such-file").display().to_string();
    fails(&host, "no file", "cannot be read", |shell| host.line(shell, &["--token-file", &missing]));
    // All the ways to give one.
    let file = world.folder.write("token", &format!("{}\r\n", world.token().token)).display().to_string();
    assert_eq!(host.line(SHELLS[1], &["--token-file", &file, "--dry-run"]).code, 0);
    let mut command = host.command(SHELLS[1], &["--dry-run"]);
    command.env("LINKMESH_INSTALL_TEST_ROOT", host.root()).env("LINKMESH_TOKEN", world.token().token);
    assert_eq!(piped(command, &host.script()).code, 0);
}

#[test]
fn a_used_up_token_joins_no_further_host() {
    let world = World::new("install-used");
    staged::small(&world);
    let token = world.token();
    let first = Host::new(&world, "first");
    assert_eq!(first.line(SHELLS[0], &["--token", &token.token]).code, 0);
    let mut wire = Wire::open(world.server.address(), &token.token);
    let answer = wire.ask(&first_message(member(1)));
    assert!(answer.error_response.is_none(), "{answer:?}");
    let second = Host::new(&world, "second");
    fails(&second, "used up", "has been used by as many hosts as it allows", |shell| {
        second.line(shell, &["--token", &token.token])
    });
    let again = first.line(SHELLS[1], &["--token", &token.token]);
    assert_eq!(again.code, 0, "the host itself may run it again: {again:#?}");
    wire.hang_up();
}

#[test]
fn a_server_that_is_not_there_or_not_linkmesh_is_said() {
    let world = World::new("install-server");
    let host = Host::new(&world, "host");
    let to = |server: &'static str| {
        let token = world.token().token;
        let host = &host;
        move |shell: &[&str]| host.line(shell, &["--token", &token, "--server", server])
    };
    fails(
        &host,
        "nobody",
        "http://127.0.0.1:1 cannot be reached: nobody answers there",
        to("http://127.0.0.1:1"),
    );
    fails(&host, "no name", "its name is not known here", to("http://no-such-host.invalid"));
    fails(&host, "no address", "--server is no address", to("linkmesh.example.com"));
    fails(&host, "hostile", "--server is no address", to("http://a/$(touch x)"));
    let other = super::upstream::Files::serve([("/", b"hello".to_vec())]);
    let url: &'static str = Box::leak(other.url().to_owned().into_boxed_str());
    fails(&host, "something else", "answers 404 and not as LinkMesh does", to(url));
}

#[test]
fn the_host_of_another_server_is_left_alone_unless_it_is_taken_over() {
    let world = World::new("install-other");
    staged::small(&world);
    let host = Host::new(&world, "host");
    let config = "etc/otelcol-supervisor/supervisor.yaml";
    let theirs = "server:\n  endpoint: \"wss://other.example.com/v1/opamp\"\n  headers:\n    Authorization: \"Bearer x\"\n";
    std::fs::create_dir_all(host.root().join("etc/otelcol-supervisor")).unwrap();
    std::fs::write(host.root().join(config), theirs).unwrap();
    let token = world.token().token;
    fails(&host, "another server", "this host is managed by wss://other.example.com/v1/opamp", |shell| {
        host.line(shell, &["--token", &token])
    });
    fails(&host, "not ours to remove", "was not made by this script", |shell| {
        host.line(shell, &["--uninstall"])
    });
    let said = host.line(SHELLS[0], &["--token", &token, "--force"]);
    assert_eq!(said.code, 0, "{said:#?}");
    assert!(host.read(config).contains(&token));
}

#[test]
fn a_step_that_fails_takes_everything_back() {
    let world = World::new("install-undo");
    staged::small(&world);
    let token = world.token_with(CreateEnrollmentToken { max_uses: Some(9), ..Default::default() }).token;
    let fresh = Host::new(&world, "fresh");
    let older = Host::new(&world, "older");
    assert_eq!(older.line(SHELLS[0], &["--token", &token]).code, 0);
    older.chmod("etc/systemd/system/opamp-supervisor.service", 0o600);
    older.edit("usr/local/bin/otelcol-contrib", |text| text + "# another version\n");
    for (host, is_new) in [(&fresh, true), (&older, false)] {
        let line = |shell: &[&str]| host.line(shell, &["--token", &token, "--label", "a=b"]);
        host.fake("chown", "exit 1\n");
        fails(host, "chown", "nothing was changed", line);
        host.fake("chown", "");
        host.fake("usermod", "exit 1\n");
        fails(host, "usermod", "could not be put into the group adm; nothing was changed", line);
        assert!(host.calls().contains(&"userdel otelcol".to_owned()), "{:#?}", host.calls());
        host.fake("usermod", "");
        host.fake(
            "systemctl",
            "case \" $* \" in *' is-active '*) [ -e \"$here/active\" ] ;; *' is-enabled '*) [ -e \"$here/enabled\" ] ;; *' restart '*) exit 1 ;; esac\n",
        );
        fails(host, "systemctl", "did not start, so everything was undone", line);
        let calls = host.calls();
        // What was there before goes on; what was not is gone.
        let (called, last) = if is_new {
            ("systemctl disable --now --quiet opamp-supervisor", "systemctl daemon-reload")
        } else {
            ("userdel otelcol", "systemctl restart opamp-supervisor")
        };
        assert!(calls.contains(&called.to_owned()), "{called}: {calls:#?}");
        assert_eq!(calls.last().unwrap(), last, "{calls:#?}");
    }
}

#[test]
fn a_file_that_changed_or_breaks_off_is_never_installed() {
    let world = World::new("install-files");
    staged::small(&world);
    let token = world.token().token;
    let host = Host::new(&world, "host");
    let line = |shell: &[&str]| host.line(shell, &["--token", &token]);
    // Somebody changes a byte on the server's disk.
    let blobs = world.server.data_dir().join("mirror/blobs");
    let entry = world.api().mirror().unwrap().items.remove(0);
    let blob = blobs.join(&entry.sha256);
    let whole = std::fs::read(&blob).unwrap();
    let mut changed = whole.clone();
    *changed.last_mut().unwrap() ^= 1;
    std::fs::write(&blob, &changed).unwrap();
    fails(&host, "changed", "has the SHA-256", line);
    assert!(!staged::cli(&world).run(&["mirror", "verify"]).out.is_empty());
    std::fs::write(&blob, &whole[1..]).unwrap();
    fails(&host, "cut off on disk", "could not be fetched: the answer was 500", line);
    std::fs::write(&blob, &whole).unwrap();
    // No room for what is downloaded: the shell's own bound stands for it.
    let mut large = whole.clone();
    large.resize(300_000, 0);
    let served = super::upstream::release(&large, &large);
    let url = served.url().to_owned();
    let dash = format!("trap '' XFSZ; ulimit -f 100; exec dash -s -- --token {token} --mirror {url}");
    fails(&host, "disk full", "is the disk full?", |_| {
        let mut command = host.command(&["dash"], &[]);
        command.env("LINKMESH_INSTALL_TEST_ROOT", host.root());
        let mut limited = std::process::Command::new("dash");
        limited.env_clear().current_dir(host.root());
        limited
            .envs(command.get_envs().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned()))));
        limited.args(["-c", &dash]);
        piped(limited, &host.script())
    });
    assert_eq!(line(SHELLS[0]).code, 0);
}
