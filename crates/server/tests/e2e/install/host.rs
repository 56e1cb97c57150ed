//! A host for the script: a folder for its files, programs that only write down how they were called, two shells.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::world::World;

/// The shells that the script must run in: Debian's and that of small systems.
pub(crate) const SHELLS: [&[&str]; 2] = [&["dash"], &["busybox", "sh"]];
/// Programs that change the machine itself.
const RECORDED: [&str; 5] = ["useradd", "usermod", "userdel", "gpasswd", "chown"];

/// Path below a root to what is there: kind, mode, and a hash or a target.
pub(crate) type Tree = BTreeMap<String, String>;

/// A host.
pub(crate) struct Host {
    root: PathBuf,
    fakes: PathBuf,
    url: String,
}

/// What a run said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Host {
    pub(crate) fn new(world: &World, name: &str) -> Self {
        for shell in SHELLS {
            let found = Command::new(shell[0]).args(&shell[1..]).args(["-c", "exit 0"]).status();
            assert!(
                found.is_ok_and(|status| status.success()),
                "this test runs the install script in `{}`, which is not here; install it (Debian: {})",
                shell.join(" "),
                shell[0]
            );
        }
        let root = world.folder.join(&format!("{name}/root"));
        let fakes = world.folder.join(&format!("{name}/fakes"));
        for folder in ["run/systemd/system", "etc/systemd/system", "usr/local/bin", "var/lib", "tmp"] {
            std::fs::create_dir_all(root.join(folder)).unwrap();
        }
        std::fs::create_dir_all(&fakes).unwrap();
        let host = Self { root, fakes, url: world.server.url().to_owned() };
        for name in RECORDED {
            host.fake(name, "");
        }
        host.fake(
            "systemctl",
            "case \" $* \" in\n*' is-active '*) [ -e \"$here/active\" ] ;;\n*' is-enabled '*) [ -e \"$here/enabled\" ] ;;\n\
             *' enable '*) : >\"$here/enabled\" ;;\n*' restart '*) : >\"$here/active\" ;;\n\
             *' disable '*) rm -f \"$here/active\" \"$here/enabled\" ;;\nesac\n",
        );
        host
    }

    /// A program that writes its call down and then does this.
    pub(crate) fn fake(&self, name: &str, body: &str) {
        let here = self.fakes.display();
        let text =
            format!("#!/bin/sh\nhere='{here}'\nprintf '%s\\n' \"{name} $*\" >>\"$here/calls\"\n{body}");
        let path = self.fakes.join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    pub(crate) fn chmod(&self, path: &str, mode: u32) {
        std::fs::set_permissions(self.root.join(path), std::fs::Permissions::from_mode(mode)).unwrap();
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Everything that was called, in order.
    pub(crate) fn calls(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.fakes.join("calls")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    pub(crate) fn forget_calls(&self) {
        drop(std::fs::remove_file(self.fakes.join("calls")));
    }

    /// The script, fetched as the manual says.
    pub(crate) fn script(&self) -> String {
        let url = format!("{}/api/v1/downloads/install-opamp.sh", self.url);
        let output = Command::new("curl").args(["-fsSL", &url]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// `curl … | SHELL -s -- ARGUMENTS` on this host.
    pub(crate) fn line(&self, shell: &[&str], arguments: &[&str]) -> Said {
        self.run(shell, &self.script(), arguments)
    }

    /// Any text as script on this host.
    pub(crate) fn run(&self, shell: &[&str], script: &str, arguments: &[&str]) -> Said {
        let mut command = self.command(shell, arguments);
        command.env("LINKMESH_INSTALL_TEST_ROOT", &self.root);
        piped(command, script)
    }

    /// The script without the folder of this host.
    pub(crate) fn image(&self, shell: &[&str], arguments: &[&str]) -> Said {
        piped(self.command(shell, arguments), &self.script())
    }

    /// The shell with these words after `-s --`, and nothing of the caller's environment.
    pub(crate) fn command(&self, shell: &[&str], arguments: &[&str]) -> Command {
        let mut command = Command::new(shell[0]);
        let path = format!("{}:{}", self.fakes.display(), std::env::var("PATH").unwrap());
        command.args(&shell[1..]).args(["-s", "--"]).args(arguments);
        command.env_clear().env("PATH", path).env("TMPDIR", self.root.join("tmp")).current_dir(&self.root);
        command
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.root.join(path)).unwrap_or_else(|cause| panic!("{path}: {cause}"))
    }

    pub(crate) fn edit(&self, path: &str, change: impl FnOnce(String) -> String) {
        let text = change(self.read(path));
        std::fs::write(self.root.join(path), text).unwrap();
    }

    pub(crate) fn mode(&self, path: &str) -> u32 {
        std::fs::metadata(self.root.join(path)).unwrap().permissions().mode() & 0o7777
    }
}

/// Runs a command with this text as its input.
pub(crate) fn piped(mut command: Command, script: &str) -> Said {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A shell that has ended reads no further.
    drop(stdin.write_all(script.as_bytes()));
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Everything below a folder.
pub(crate) fn tree(root: &Path) -> Tree {
    let mut seen = Tree::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let known = std::fs::symlink_metadata(&path).unwrap();
            let mode = known.permissions().mode() & 0o7777;
            let what = if known.is_dir() {
                open.push(path.clone());
                format!("folder {mode:o}")
            } else if known.is_symlink() {
                format!("link {}", std::fs::read_link(&path).unwrap().display())
            } else {
                format!("file {mode:o} {:x}", checksum(&std::fs::read(&path).unwrap()))
            };
            seen.insert(path.strip_prefix(root).unwrap().display().to_string(), what);
        }
    }
    seen
}

/// Enough to see a change (FNV-1a).
fn checksum(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// What the mirror of a test holds.
pub(crate) mod staged {
    use std::path::{Path, PathBuf};
    use std::process::Command;
    use std::sync::OnceLock;

    use linkmesh_testkit::cli::Cli;
    use linkmesh_testkit::peers;
    use linkmesh_testkit::server::{PASSWORD, USERNAME};

    use crate::world::{SERVER, World};

    pub(crate) const ARCH: &str = if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" };

    /// Adds the real programs, in the forms that upstream publishes, with the command line.
    pub(crate) fn real(world: &World) {
        static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
        let folder = FOLDER.get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            let supervisor = folder.path().join(format!("opampsupervisor_0.158.0_linux_{ARCH}"));
            std::fs::copy(peers::path(peers::SUPERVISOR), supervisor).unwrap();
            archive(folder.path(), "otelcol-contrib", &peers::path(peers::COLLECTOR));
            folder
        });
        add(world, folder.path());
    }

    /// Adds programs that can be run and do nothing.
    pub(crate) fn small(world: &World) {
        let folder = world.folder.join("small");
        files(&folder);
        add(world, &folder);
    }

    /// Both small programs as archives.
    pub(crate) fn files(folder: &Path) {
        std::fs::create_dir_all(folder).unwrap();
        for name in ["otelcol-contrib", "opampsupervisor"] {
            let program = folder.join(format!("{name}.program"));
            std::fs::write(&program, format!("#!/bin/sh\n# {name}\nexit 0\n")).unwrap();
            archive(folder, name, &program);
            std::fs::remove_file(program).unwrap();
        }
    }

    /// Adds a folder with the command line, as an operator does.
    pub(crate) fn add(world: &World, folder: &Path) {
        let cli = cli(world);
        let added = cli.ok(&["mirror", "add", &folder.display().to_string()]);
        assert_eq!(added.lines().count(), 2, "{added}");
        assert!(cli.ok(&["mirror", "verify"]).lines().all(|line| line.ends_with(": intact")));
    }

    /// A command line that is signed in.
    pub(crate) fn cli(world: &World) -> Cli {
        let cli = Cli::new(&world.folder, SERVER.as_ref());
        let login = ["login", world.server.url(), "--username", USERNAME, "--password-stdin"];
        assert_eq!(cli.run_with_input(&login, PASSWORD).code, 0);
        cli
    }

    fn archive(folder: &Path, name: &str, program: &Path) -> PathBuf {
        let inside = tempfile::tempdir().unwrap();
        let copy = inside.path().join(name);
        std::fs::copy(program, &copy).unwrap();
        std::fs::set_permissions(&copy, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        std::fs::write(inside.path().join("README.md"), "of upstream\n").unwrap();
        let archive = folder.join(format!("{name}_0.158.0_linux_{ARCH}.tar.gz"));
        let status = Command::new("tar")
            .args(["--use-compress-program=gzip -1", "-cf"])
            .arg(&archive)
            .arg("-C")
            .arg(inside.path())
            .args([name, "README.md"])
            .status();
        assert!(status.unwrap().success());
        archive
    }
}
