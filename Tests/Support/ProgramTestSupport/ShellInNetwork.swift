import Foundation

extension Programs {
    /// Runs a script of bash in a network namespace of its own, as root of a user namespace, where that costs no right.
    ///
    /// In the script, `$programs` is where the kit's programs are, and `serve ARGUMENTS` starts a tsserver with its admin face
    /// at `$directory/admin` and waits until it is there; it is ended with the script.
    ///
    /// - Returns: what the script came to.
    public static func inNetwork(_ script: String, directory: URL) throws -> Outcome {
        let prelude = """
            programs=$1 directory=$2
            ip link set lo up
            serve() {
              "$programs/tsserver" --admin "$directory/admin" "$@" &
              server=$!
              trap 'kill $server' EXIT
              for _ in $(seq 100); do [ -S "$directory/admin" ] && break; sleep 0.05; done
            }

            """
        let shell = ["/bin/bash", "-c", prelude + script, "bash", Programs.directory, directory.path]
        return try run("/usr/bin/unshare", ["--user", "--map-root-user", "--net"] + shell, limit: 30)
    }
}
