/// The version of every program of this package (semver.org), which `--version`, logs, metrics and results.json state.
public enum Version {
    /// As CHANGELOG.md heads its newest section.
    public static let current = "0.9.0"
}
