//! The install script as hosts run it: real shells, real downloads, real programs; only what would change this machine is
//! recorded instead of done. Start at `one_line_connects_a_host`.

mod bundle;
mod failures;
mod host;
mod upstream;

use std::path::Path;
use std::time::{Duration, Instant};

use linkmesh_api::types::{CreateEnrollmentToken, Status};
use linkmesh_testkit::supervisor::Supervisor;
use linkmesh_testkit::wait::until_seen;

use crate::world::World;
use host::{Host, SHELLS, staged, tree};

/// What the manual promises.
const CONNECTED_MAX: Duration = Duration::from_secs(30);

#[test]
fn one_line_connects_a_host() {
    let world = World::new("install");
    staged::real(&world);
    for (at, shell) in SHELLS.iter().enumerate() {
        let host = Host::new(&world, &format!("host-{at}"));
        let token = world.token().token;
        let said = host.line(shell, &["--token", &token, "--label", "environment=production"]);
        assert_eq!(said.code, 0, "{shell:?}: {said:#?}");
        assert!(said.out.contains("installed otelcol-contrib 0.158.0"), "{said:#?}");
        let calls = host.calls();
        for call in [
            "useradd --system --user-group --no-create-home --home-dir /var/lib/otelcol-supervisor --shell /usr/sbin/nologin otelcol",
            "usermod --append --groups adm otelcol",
            "systemctl daemon-reload",
            "systemctl enable --quiet opamp-supervisor",
            "systemctl restart opamp-supervisor",
        ] {
            assert!(calls.contains(&call.to_owned()), "{call}: {calls:#?}");
        }
        assert_eq!(host.mode("etc/otelcol-supervisor/supervisor.yaml"), 0o600);
        let before = world.ids();
        let mut supervisor = Supervisor::installed(&world.folder, &format!("run-{at}"), host.root());
        let started = Instant::now();
        supervisor.start();
        until_seen(
            "the host is listed and connected",
            CONNECTED_MAX,
            || world.ids().into_iter().find(|id| !before.contains(id)).map(|id| world.collector(&id)),
            |seen| seen.as_ref().is_some_and(|collector| collector.status == Status::Connected),
        );
        assert!(started.elapsed() <= CONNECTED_MAX);
    }
}

#[test]
fn a_second_run_changes_nothing_and_uninstalling_leaves_nothing() {
    let world = World::new("install-again");
    staged::small(&world);
    for shell in SHELLS {
        let host = Host::new(&world, &format!("host-{}", shell.len()));
        let bare = tree(host.root());
        let token = world.token().token;
        assert_eq!(host.line(shell, &["--token", &token]).code, 0);
        let installed = tree(host.root());
        host.forget_calls();
        // The token is on the host now, and another one is left alone.
        let spare = world.token().token;
        for arguments in [&[][..], &["--token", &token], &["--token", &spare]] {
            let said = host.line(shell, arguments);
            assert_eq!(said.code, 0, "{said:#?}");
            assert!(said.out.contains("nothing had to be changed"), "{said:#?}");
        }
        assert_eq!(tree(host.root()), installed);
        assert!(!host.calls().iter().any(|call| call.contains("restart")), "{:#?}", host.calls());
        // What a person wrote into the file stays; what the script is asked for is done.
        host.edit("etc/otelcol-supervisor/supervisor.yaml", |text| text + "# by hand\n");
        assert_eq!(host.line(shell, &[]).code, 0);
        let config = "etc/otelcol-supervisor/supervisor.yaml";
        assert!(host.read(config).ends_with("# by hand\n"));
        // Even where an option has to go into the file, nothing is lost; and once it is in, the file stays.
        let said = host.line(shell, &["--label", "role=edge"]);
        assert!(said.code == 0 && said.out.contains("supervisor.yaml.before"), "{said:#?}");
        assert!(host.read("etc/otelcol-supervisor/supervisor.yaml.before").ends_with("# by hand\n"));
        assert_eq!(host.mode("etc/otelcol-supervisor/supervisor.yaml.before"), 0o600);
        host.edit(config, |text| text + "# again\n");
        host.chmod(config, 0o644);
        host.chmod("usr/local/bin/opampsupervisor", 0o700);
        assert_eq!(host.line(shell, &["--label", "role=edge"]).code, 0);
        assert!(host.read(config).ends_with("# again\n"));
        assert_eq!((host.mode(config), host.mode("usr/local/bin/opampsupervisor")), (0o600, 0o755));
        assert_eq!(host.line(shell, &["--run-as", "root"]).code, 0);
        assert!(!host.read("etc/systemd/system/opamp-supervisor.service").contains("User="));
        assert!(host.calls().contains(&"systemctl restart opamp-supervisor".to_owned()));
        for _ in 0..2 {
            let said = host.line(shell, &["--uninstall"]);
            assert_eq!(said.code, 0, "{said:#?}");
        }
        assert_eq!(left(host.root()), left_of(&bare), "only empty folders of the system stay");
        assert!(host.calls().contains(&"userdel otelcol".to_owned()));
    }
}

#[test]
fn an_image_is_prepared_without_touching_this_host() {
    let world = World::new("install-image");
    staged::small(&world);
    let token = world.token().token;
    for shell in SHELLS {
        let host = Host::new(&world, &format!("image-{}", shell.len()));
        let root = host.root().display().to_string();
        let said = host.image(
            shell,
            &["--token", &token, "--root", &root, "--label", "role=edge", "--label", "site=Bern 1"],
        );
        assert_eq!(said.code, 0, "{said:#?}");
        assert_eq!(host.calls(), Vec::<String>::new());
        let config = host.read("etc/otelcol-supervisor/supervisor.yaml");
        let value = linkmesh_fleet::yaml::value(&config).unwrap();
        let words = &value["agent"]["description"]["non_identifying_attributes"];
        assert_eq!(words["linkmesh.role"], "edge", "{config}");
        assert_eq!(words["linkmesh.site"], "Bern 1", "{config}");
        assert_eq!(value["agent"]["env"]["OTEL_METRIC_EXPORT_INTERVAL"], "30000");
        assert!(
            host.read("usr/lib/sysusers.d/linkmesh-collector.conf").contains("m otelcol systemd-journal")
        );
        assert!(
            host.read("usr/lib/tmpfiles.d/linkmesh-collector.conf")
                .contains("supervisor.yaml 0600 otelcol otelcol")
        );
        let link = host.root().join("etc/systemd/system/multi-user.target.wants/opamp-supervisor.service");
        assert_eq!(
            std::fs::read_link(link).unwrap(),
            Path::new("/etc/systemd/system/opamp-supervisor.service")
        );
    }
}

#[test]
fn half_a_script_does_nothing_at_all() {
    let world = World::new("install-half");
    staged::small(&world);
    let token = world.token_with(CreateEnrollmentToken { max_uses: Some(5), ..Default::default() }).token;
    let host = Host::new(&world, "host");
    let script = host.script();
    let whole = script.len();
    let cuts = (0..whole).step_by(997).chain(whole.saturating_sub(60)..whole.saturating_sub(1));
    let before = tree(host.root());
    for cut in cuts {
        for shell in SHELLS {
            let said = host.run(shell, script.get(..cut).unwrap(), &["--token", &token]);
            assert_eq!(
                tree(host.root()),
                before,
                "{shell:?} did something with the first {cut} of {whole} bytes"
            );
            assert_eq!(host.calls(), Vec::<String>::new(), "{cut}");
            assert_eq!(said.out, "", "{shell:?} said something after {cut} bytes");
        }
    }
}

#[test]
fn a_dry_run_says_what_it_would_do_and_does_nothing() {
    let world = World::new("install-dry");
    staged::small(&world);
    let host = Host::new(&world, "host");
    let before = tree(host.root());
    let said = host.line(SHELLS[0], &["--token", &world.token().token, "--dry-run"]);
    assert_eq!(said.code, 0, "{said:#?}");
    for word in
        ["would install otelcol-contrib 0.158.0", "would write", "would enable and start opamp-supervisor"]
    {
        assert!(said.out.contains(word), "{word}: {said:#?}");
    }
    assert_eq!(tree(host.root()), before);
    assert_eq!(host.calls(), Vec::<String>::new());
    let help = host.run(SHELLS[0], &host.script(), &["--help"]);
    assert!(help.code == 0 && help.out.contains("reported.linkmesh.KEY"), "{help:#?}");
}

#[test]
fn the_script_holds_nothing_that_shells_understand_differently() {
    let world = World::new("install-lint");
    staged::small(&world);
    let file = world.folder.write("install-opamp.sh", &Host::new(&world, "host").script());
    // Checks that come with Debian; a machine without it leaves them to the others.
    let Ok(output) = std::process::Command::new("shellcheck").args(["--shell=sh"]).arg(file).output() else {
        return;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// The files of a host, without folders.
fn left(root: &Path) -> Vec<String> {
    left_of(&tree(root))
}

fn left_of(tree: &host::Tree) -> Vec<String> {
    tree.iter().filter(|(_, what)| !what.starts_with("folder")).map(|(path, _)| path.clone()).collect()
}
