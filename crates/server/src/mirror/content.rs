//! Whether a file is what it is called: programs for hosts are ELF files or archives of them, for the right machine.
//! A page with an error message that was saved under a program's name is found here, and not on a host.

use super::slot::Slot;

/// What hosts run and the install script unpacks; other kinds are only handed out.
const PROGRAMS: [&str; 2] = ["otelcol-contrib", "opampsupervisor"];
const GZIP: &[u8] = &[0x1f, 0x8b];
const ELF: &[u8] = b"\x7fELF";
/// Where an ELF header names the machine (ELF specification, e_machine), little-endian.
const MACHINE_AT: usize = 18;
const MACHINES: [(&str, u16); 2] = [("amd64", 62), ("arm64", 183)];

/// Compares the beginning of a file with what its slot says.
///
/// # Errors
/// A sentence that says what it is instead.
pub(super) fn check(slot: &Slot, head: &[u8]) -> Result<(), String> {
    let archive = slot.name.ends_with(".tar.gz") || slot.name.ends_with(".tgz");
    if archive && !head.starts_with(GZIP) {
        return Err(format!("{} is no gzip file; download it again from its publisher", slot.name));
    }
    if head.starts_with(ELF) {
        let machine = head.get(MACHINE_AT..MACHINE_AT + 2).and_then(|two| two.try_into().ok());
        let machine = machine.map(u16::from_le_bytes);
        let named = MACHINES.iter().find(|(_, number)| Some(*number) == machine).map(|(name, _)| *name);
        return match named {
            Some(name) if name == slot.arch => Ok(()),
            Some(name) => Err(format!("{} is a program for {name}, not for {}", slot.name, slot.arch)),
            None => Err(format!("{} is a program for neither amd64 nor arm64", slot.name)),
        };
    }
    if PROGRAMS.contains(&slot.kind.as_str()) && !archive {
        return Err(format!(
            "{} is neither a program for Linux nor a .tar.gz; add the file as its publisher released it",
            slot.name
        ));
    }
    Ok(())
}
