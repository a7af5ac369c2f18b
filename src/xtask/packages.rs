//! Debian's packages, for tests that need more than cargo and npm provide.
//!
//! A task finds what it needs, or installs it if that needs no question: on Debian, as root. Another program
//! may be installing at the same time (every Ubuntu does after its start), so the task waits for apt's locks.

use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::command;

/// How long to wait for another program to release apt's locks.
const PATIENCE: Duration = Duration::from_secs(300);

/// The pause between two attempts. No test waits here, so a second more or less doesn't matter.
const PAUSE: Duration = Duration::from_secs(2);

/// Apt's messages, one for each of its locks, if another program holds the lock. We ask apt for English
/// messages.
const LOCKED: [&str; 3] = ["Could not get lock", "Unable to lock directory", "Unable to acquire the dpkg"];

/// Returns the result of `find`. If it finds nothing, first installs these packages.
///
/// # Errors
///
/// The command to install them by hand, if they are still missing; apt's message, if apt fails.
pub(crate) fn ensure<T>(packages: &[&str], find: impl Fn() -> Option<T>) -> Result<T> {
    if let Some(found) = find() {
        return Ok(found);
    }
    if may_install() {
        install(packages).with_context(|| format!("installing {}", packages.join(", ")))?;
    }
    find().with_context(|| format!("not installed: apt install {}", packages.join(" ")))
}

/// Whether this is Debian or a descendant, and the user is root.
pub(crate) fn may_install() -> bool {
    Path::new("/etc/debian_version").exists() && rustix::process::geteuid().is_root()
}

fn install(packages: &[&str]) -> Result<()> {
    println!("installing Debian's {}", packages.join(", "));
    apt_get(&["update"])?;
    apt_get(&[&["install", "-y", "--no-install-recommends"], packages].concat())
}

fn apt_get(args: &[&str]) -> Result<()> {
    let mut apt = Command::new("apt-get");
    apt.args(args).envs([("DEBIAN_FRONTEND", "noninteractive"), ("LC_ALL", "C")]);
    waiting(&mut apt, PATIENCE, PAUSE)
}

/// Runs apt until no other program holds its locks. `DPkg::Lock::Timeout` covers only dpkg's lock, and waits
/// silently; `apt-get update` takes another lock.
fn waiting(apt: &mut Command, patience: Duration, pause: Duration) -> Result<()> {
    let deadline = Instant::now() + patience;
    let mut said = false;
    loop {
        let Err(error) = command::output(apt) else { return Ok(()) };
        let is_locked = LOCKED.iter().any(|sign| error.to_string().contains(sign));
        if !is_locked {
            return Err(error);
        }
        if Instant::now() >= deadline {
            bail!("another program held apt's lock for {} s: {error}", patience.as_secs());
        }
        if !said {
            println!("another program holds apt's lock; waiting up to {} s", patience.as_secs());
            said = true;
        }
        thread::sleep(pause);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_millis(5);

    /// The output of apt 2.6 while another apt-get runs.
    const LISTS: &str = "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 1 (apt-get)";
    const DPKG: &str = "E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?";

    /// A stand-in for apt: prints `says` at the first `times` calls, which it counts in a file.
    fn apt(name: &str, says: &str, times: usize) -> Command {
        let calls = crate::layout::scratch().join(format!("apt-{name}"));
        std::fs::create_dir_all(crate::layout::scratch()).unwrap();
        std::fs::write(&calls, "").unwrap();
        let script = r#"echo >>"$0"; [ "$(wc -l <"$0")" -gt "$2" ] || { echo "$1" >&2; exit 100; }"#;
        let mut sh = Command::new("sh");
        sh.args(["-c", script]).arg(calls).args([says, &times.to_string()]);
        sh
    }

    #[test]
    fn a_lock_that_another_program_holds_is_waited_for() {
        for (name, says) in [("lists", LISTS), ("dpkg", DPKG)] {
            waiting(&mut apt(name, says, 3), PATIENCE, SOON).unwrap();
        }
    }

    #[test]
    fn waiting_for_a_lock_ends_and_says_who_was_in_the_way() {
        let error = waiting(&mut apt("for-ever", LISTS, usize::MAX), SOON, SOON).unwrap_err().to_string();
        assert!(error.contains("held apt's lock") && error.contains("process 1"), "{error}");
    }

    #[test]
    fn any_other_failure_is_told_at_once() {
        let says = "E: Unable to locate package postgresql-99";
        let error = waiting(&mut apt("unknown", says, 1), PATIENCE, SOON).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }

    #[test]
    fn what_is_found_is_not_installed() {
        assert_eq!(ensure(&["no-such-package"], || Some(1)).unwrap(), 1);
    }
}
