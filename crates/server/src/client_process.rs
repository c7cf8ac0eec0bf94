//! Notices that the editor is gone although nobody closed our standard input.

use std::time::Duration;

const INTERVAL: Duration = Duration::from_secs(1);

/// Resolves once the process with this id has ended.
///
/// Never resolves for an id that is unknown from the start: the client then lives in another
/// container, and its ids mean nothing here.
pub(crate) fn ended(id: Option<u32>) -> impl Future<Output = ()> {
    // Now, and not when the future is first looked at: the client may be gone by then.
    let known = id.filter(|&id| is_alive(id) == Some(true));
    async move {
        let Some(id) = known else { return std::future::pending().await };
        while is_alive(id) != Some(false) {
            tokio::time::sleep(INTERVAL).await;
        }
        tracing::warn!("the client's process {id} has ended without a word; so do we");
    }
}

/// `None` where this cannot be told.
#[cfg(unix)]
fn is_alive(id: u32) -> Option<bool> {
    let id = rustix::process::Pid::from_raw(i32::try_from(id).ok()?)?;
    match rustix::process::test_kill_process(id) {
        Ok(()) | Err(rustix::io::Errno::PERM) => Some(true),
        Err(rustix::io::Errno::SRCH) => Some(false),
        Err(_) => None,
    }
}

#[cfg(not(unix))]
fn is_alive(_: u32) -> Option<bool> {
    None
}
