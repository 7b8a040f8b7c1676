import Testing

/// Every program that a script or a test runs comes with a package of scripts/setup's list, or is in every Debian.
@Suite struct DebianTests {
    private let repository = Repository.shared

    /// Programs by the package that they come with.
    private static let packages: [Substring: String] = [
        "tshark": "tshark", "dumpcap": "wireshark-common", "editcap": "wireshark-common", "xfreerdp": "freerdp2-x11",
        "rdesktop": "rdesktop",
        "Xvfb": "xvfb", "xdotool": "xdotool", "import": "imagemagick", "convert": "imagemagick", "xrdp": "xrdp", "curl": "curl",
        "chromium": "chromium", "mosquitto": "mosquitto", "memcached": "memcached", "redis-server": "redis-server", "wrk": "wrk",
        "gcc": "gcc", "valgrind": "valgrind", "nft": "nftables", "ip": "iproute2", "ss": "iproute2", "unshare": "util-linux",
        "nsenter": "util-linux", "flock": "util-linux", "sysctl": "procps", "ps": "procps", "pgrep": "procps", "strip": "binutils",
        "readelf": "binutils",
        "python3": "python3", "jq": "jq", "socat": "socat", "git": "git", "docker": "docker.io",
        "dockerd": "docker.io", "docker-compose": "docker-compose", "pkg-config": "pkg-config",
        "dpkg-shlibdeps": "dpkg-dev", "xz": "xz-utils", "lintian": "lintian", "man": "man-db", "patchelf": "patchelf",
    ]

    /// What every Debian has (essential packages, bash's own commands), what the scripts themselves define, and Swift, which is
    /// not Debian's.
    private static let everywhere: Set<Substring> = [
        "swift", "cd", "set", "echo", "printf", "exit", "return", "trap", "exec", "export", "local", "shift", "read", "kill",
        "test", "true",
        "false", "command", "declare", "source", "shopt", "mapfile", "unset", "eval", "case", "esac", "for", "while", "until", "if", "then",
        "else",
        "elif", "fi", "do", "done", "function", "in", "break", "continue", "type", "ulimit", "umask", "let",
        "cat", "cp", "mv", "rm", "mkdir", "ls", "ln", "chmod", "chown", "grep", "sed", "sort", "uniq", "head", "tail", "wc", "tr", "cut",
        "tee", "sleep",
        "date", "touch", "timeout", "nproc", "mktemp", "dirname", "basename", "readlink", "realpath", "stat", "seq", "id", "uname", "xargs",
        "find",
        "tar", "gzip", "diff", "cmp", "env", "sh", "bash", "sudo", "apt-get", "dpkg-query", "dpkg", "awk", "df", "du", "mount", "umount",
        "ldd",
        "comm", "paste", "od", "truncate", "nohup", "hostname", "install", "rmdir", "perl", "dpkg-deb", "swiftc", "wait", "getconf",
        "sha256sum", "docc",
    ]

    @Test func everyProgramIsInstalledBySetup() {
        let scripts = repository.files.filter { $0.path.hasPrefix("scripts/") }
        let installed = scripts.flatMap { packages(listedBy: $0) + packages(askedForBy: $0) }
        // What containers run is in the image.
        let image = words(of: Substring(repository.file("Dockerfile")?.text ?? ""))
        for (name, place) in calls {
            guard let package = Self.packages[name] else { continue }
            let isInContainer = place.hasPrefix("containers/") || place.hasPrefix("Tests/Programs/ContainerTests/")
            let known = isInContainer ? image + installed + fetched(by: place) : installed
            #expect(known.contains { $0 == package }, "\(place) runs \(name): scripts/setup lacks \(package)")
        }
    }

    /// The words of every `packages=(...)` and `packages+=(...)`.
    private func packages(listedBy script: Repository.File) -> [Substring] {
        let lines = script.lines.filter { !$0.drop { $0 == " " }.hasPrefix("#") }
        let text = lines.joined(separator: "\n").replacing("packages+=(", with: "packages=(")
        return text.split(separator: "packages=(").dropFirst().flatMap { words(of: $0.prefix { $0 != ")" }) }
    }

    /// What a script hands to scripts/setup: `scripts/setup dpkg-dev patchelf`.
    private func packages(askedForBy script: Repository.File) -> [Substring] {
        script.lines.filter { $0.drop { $0 == " " }.hasPrefix("scripts/setup ") }.flatMap { words(of: $0) }
    }

    /// What a script of a container gets for itself: `get man-db`.
    private func fetched(by script: String) -> [Substring] {
        (repository.file(script)?.lines ?? []).filter { $0.drop { $0 == " " }.hasPrefix("get ") }.flatMap { words(of: $0) }
    }

    private func words(of text: Substring) -> [Substring] {
        text.split { !($0.isLetter || $0.isNumber || "-.+".contains($0)) }
    }

    @Test func everyProgramThatScriptsRunIsKnown() {
        for (name, place) in calls where Self.packages[name] == nil && !Self.everywhere.contains(name) && !isOurs(name) {
            Issue.record("\(place) runs \(name): name its package in DebianTests and in scripts/setup")
        }
    }

    private func isOurs(_ program: Substring) -> Bool { repository.floors[String(program)] == .programs }

    /// Every program that is run, and by which file.
    private var calls: [Substring: String] {
        var calls: [Substring: String] = [:]
        for file in repository.files {
            if file.lines.first?.hasSuffix("bash") == true || file.name.hasSuffix(".sh") {
                for name in ShellScript(file.text).commands { calls[name] = file.path }
            } else if file.name.hasSuffix(".py") || file.path.hasPrefix("scripts/") || file.isSwift && !file.path.hasPrefix("Tests/Tidy/") {
                for name in quoted(in: file.text) where Self.packages[name] != nil { calls[name] = file.path }
            }
        }
        return calls
    }

    /// What stands alone between quotes behind a parenthesis, a bracket or a comma: the first word of a command.
    private func quoted(in text: String) -> Set<Substring> {
        var names: Set<Substring> = []
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
            for (index, part) in parts.enumerated() where index % 2 == 1 {
                let before = parts[index - 1].last { $0 != " " } ?? " "
                if "([:,=".contains(before), before != "," || parts[index - 1].contains(where: \.isLetter) { names.insert(part) }
            }
        }
        return names
    }
}
