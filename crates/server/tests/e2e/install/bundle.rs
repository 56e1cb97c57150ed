//! The mirror carried from one site to another in one file, and files that are not what they should be.

use super::host::staged::{self, ARCH, cli};
use super::host::{Host, SHELLS};
use crate::world::World;

#[test]
fn a_mirror_travels_in_one_file_and_hosts_install_from_it() {
    let (from, to) = (World::new("mirror-from"), World::new("mirror-to"));
    staged::small(&from);
    let bundle = from.folder.join("bundle.tar");
    let path = bundle.display().to_string();
    let (here, there) = (cli(&from), cli(&to));
    assert!(here.ok(&["mirror", "export", &path]).contains("holds 2 files"));
    let list = |cli: &linkmesh_testkit::cli::Cli| cli.ok(&["mirror", "list", "-o", "name"]);
    // A bundle that was cut off anywhere adds only whole files, and says so.
    let whole = std::fs::read(&bundle).unwrap();
    for length in [0, 100, 700, whole.len() / 2, whole.len() - 1400] {
        std::fs::write(&bundle, &whole[..length]).unwrap();
        let said = there.run(&["mirror", "import", &path]);
        assert!(said.code == 1 && said.err.contains("cut off"), "{length}: {said:#?}");
        assert!(there.ok(&["mirror", "verify"]).lines().all(|line| line.ends_with(": intact")));
    }
    // One that somebody changed is refused by the server.
    let mut changed = whole.clone();
    let at = changed.windows(2).rposition(|two| two == [0x1f, 0x8b]).unwrap() + 20;
    changed[at] ^= 1;
    std::fs::write(&bundle, &changed).unwrap();
    let said = there.run(&["mirror", "import", &path]);
    assert!(said.code == 1 && said.err.contains("has the SHA-256"), "{said:#?}");
    std::fs::write(&bundle, &whole).unwrap();
    assert!(there.ok(&["mirror", "import", &path]).ends_with("2 files are added\n"));
    assert_eq!(list(&there), list(&here));
    let host = Host::new(&to, "host");
    let said = host.line(SHELLS[1], &["--token", &to.token().token, "--mirror", "server"]);
    assert_eq!(said.code, 0, "{said:#?}");
    assert!(there.ok(&["mirror", "remove", "otelcol-contrib/0.158.0"]).contains("is removed"));
    assert_eq!(list(&there).lines().count(), 1);
    let said = there.run(&["mirror", "remove", "otelcol-contrib"]);
    assert!(said.code == 1 && said.err.contains("the mirror has no otelcol-contrib"), "{said:#?}");
}

#[test]
fn a_bundle_of_somebody_else_leaves_the_mirror_alone() {
    let world = World::new("mirror-hostile");
    let cli = cli(&world);
    let folder = world.folder.join("hostile");
    let sum = "0".repeat(64);
    for place in ["../../etc/passwd", "a/b/amd64/../x", "/etc/passwd", "a/b/amd64/.x", "a/b/amd64"] {
        drop(std::fs::remove_dir_all(&folder));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("SHA256SUMS"), format!("{sum}  {place}\n")).unwrap();
        std::fs::write(folder.join("x"), "hostile").unwrap();
        let bundle = world.folder.join("hostile.tar");
        let status = std::process::Command::new("tar")
            .args(["-P", "-cf"])
            .arg(&bundle)
            .arg("-C")
            .arg(&folder)
            .arg(format!("--transform=s|^x$|{place}|"))
            .args(["SHA256SUMS", "x"])
            .status();
        assert!(status.unwrap().success());
        let said = cli.run(&["mirror", "import", &bundle.display().to_string()]);
        assert_eq!(said.code, 1, "{place}: {said:#?}");
        assert_eq!(cli.ok(&["mirror", "list", "-o", "name"]), "", "{place}");
    }
}

#[test]
fn a_file_is_added_as_its_publisher_released_it_or_not_at_all() {
    let world = World::new("mirror-add");
    let cli = cli(&world);
    let folder = world.folder.join("files");
    staged::files(&folder);
    let name = format!("otelcol-contrib_0.158.0_linux_{ARCH}.tar.gz");
    let file = folder.join(&name).display().to_string();
    std::fs::write(folder.join(format!("{name}.sha256")), "0".repeat(64)).unwrap();
    let said = cli.run(&["mirror", "add", &file]);
    assert!(said.code == 1 && said.err.contains("has the SHA-256"), "{said:#?}");
    let page = world.folder.write(&format!("opampsupervisor_0.158.0_linux_{ARCH}"), "<html>not found</html>");
    let said = cli.run(&["mirror", "add", &page.display().to_string()]);
    assert!(said.code == 1 && said.err.contains("is neither a program for Linux nor a .tar.gz"), "{said:#?}");
    let unnamed = world.folder.write("program", "x").display().to_string();
    let said = cli.run(&["mirror", "add", &unnamed]);
    assert!(said.code == 1 && said.err.contains("say it with --kind"), "{said:#?}");
    let words = ["mirror", "add", "--kind", "alloy", "--version", "1.11.0", "--arch", ARCH, &unnamed];
    assert_eq!(cli.ok(&words), format!("alloy/1.11.0/{ARCH}/program\n"));
    let viewer = world.api().create_service_account(&linkmesh_api::types::CreateServiceAccount {
        name: "viewer".to_owned(),
        role: linkmesh_api::types::Role::Viewer,
        expires_in_s: None,
    });
    let login = ["login", world.server.url(), "--token-stdin"];
    assert_eq!(cli.run_with_input(&login, &viewer.unwrap().token).code, 0);
    let said = cli.run(&words);
    assert!(said.code == 1 && said.err.contains("mirror:write"), "{said:#?}");
}
