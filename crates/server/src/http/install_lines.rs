//! The lines that a person types on a new host before its ready file is put there. Start at [`alloy`] and [`supervisor`].

use std::collections::BTreeMap;

/// Alloy from its publisher's package repositories: by the program that installs packages on the host. The repositories and
/// their key are those that Grafana's installation guide for Linux names.
pub(super) fn alloy() -> BTreeMap<String, String> {
    BTreeMap::from([("apt".to_owned(), APT.to_owned()), ("dnf".to_owned(), DNF.to_owned())])
}

/// The supervisor with its collector, by the script of this server.
pub(super) fn supervisor(external_url: &str, token: &str) -> BTreeMap<String, String> {
    let line = format!(
        "curl -fsSL {external_url}/api/v1/downloads/install-opamp.sh | sudo sh -s -- --token {token}\n"
    );
    BTreeMap::from([("script".to_owned(), line)])
}

const APT: &str = "\
sudo mkdir -p /etc/apt/keyrings
curl -fsSL https://apt.grafana.com/gpg.key | sudo tee /etc/apt/keyrings/grafana.asc >/dev/null
echo 'deb [signed-by=/etc/apt/keyrings/grafana.asc] https://apt.grafana.com stable main' |
  sudo tee /etc/apt/sources.list.d/grafana.list >/dev/null
sudo apt-get update && sudo apt-get install -y alloy
";

const DNF: &str = "\
printf '%s\\n' '[grafana]' 'name=Grafana' 'baseurl=https://rpm.grafana.com' 'enabled=1' 'gpgcheck=1' \\
  'gpgkey=https://rpm.grafana.com/gpg.key' | sudo tee /etc/yum.repos.d/grafana.repo >/dev/null
sudo dnf install -y alloy
";

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    /// Runs lines in a shell where `sudo` writes down what it is called with, and `curl` answers a key.
    fn calls(lines: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let script = format!(
            "sudo() {{ echo \"sudo $*\" >>calls; if [ \"$1\" = tee ]; then cat >>calls; fi; }}\n\
             curl() {{ echo the key; }}\nset -eu\n{lines}\ncat calls\n"
        );
        let output = Command::new("sh").args(["-c", &script]).current_dir(folder.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    #[test]
    fn the_lines_add_a_signed_repository_and_install_alloy() {
        let lines = alloy();
        let apt = calls(&lines["apt"]);
        assert!(apt.contains("tee /etc/apt/keyrings/grafana.asc\nthe key\n"), "{apt}");
        let listed = "deb [signed-by=/etc/apt/keyrings/grafana.asc] https://apt.grafana.com stable main\n";
        assert!(apt.contains(&format!("tee /etc/apt/sources.list.d/grafana.list\n{listed}")), "{apt}");
        assert!(apt.ends_with("sudo apt-get update\nsudo apt-get install -y alloy\n"), "{apt}");
        let dnf = calls(&lines["dnf"]);
        let file = "[grafana]\nname=Grafana\nbaseurl=https://rpm.grafana.com\nenabled=1\ngpgcheck=1\ngpgkey=https://rpm.grafana.com/gpg.key\n";
        assert_eq!(dnf, format!("sudo tee /etc/yum.repos.d/grafana.repo\n{file}sudo dnf install -y alloy\n"));
    }
}
