//! Golden files: what must not change by accident, and how to change it on purpose.

/// Fails unless `now` is what `tests/golden/{name}` says. With `TANKWARZ_BLESS=1` in the
/// environment that file is rewritten first.
pub(crate) fn compare(name: &str, now: &str) {
    let path = format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("TANKWARZ_BLESS").is_some_and(|v| v == "1") {
        std::fs::write(&path, now).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    for (now, golden) in now.lines().zip(golden.lines()) {
        assert_eq!(now, golden, "{name} changed; if that is meant, run with TANKWARZ_BLESS=1");
    }
    assert_eq!(now.lines().count(), golden.lines().count(), "{name} has another length");
}
