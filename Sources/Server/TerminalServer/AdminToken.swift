import COpenSSL
import Glibc

/// The secret by which who may use the admin face over TCP is known: a bearer token (RFC 6750).
public struct AdminToken: Sendable {
    /// Shorter ones could be guessed.
    public static let shortest = 16
    private static let longest = 1024
    private let digest: [UInt8]

    /// Reads a token from a file that nobody but its owner and its group can read: one line of ``shortest`` or more letters,
    /// digits and `-._~+/=` (RFC 6750, 2.1).
    public init(contentsOf path: String) throws(AdminTokenError) {
        // Non-blocking: a FIFO that nobody writes to would keep the server waiting.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw AdminTokenError(path, "cannot be read: \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw AdminTokenError(path, "is no file")
        }
        guard status.st_mode & 0o027 == 0 else { throw AdminTokenError(path, "is open to other users: chmod 600 it, or 640") }
        var bytes = [UInt8](repeating: 0, count: Self.longest + 1)
        let count = max(0, read(descriptor, &bytes, bytes.count))
        guard count <= Self.longest else { throw AdminTokenError(path, "is longer than \(Self.longest) bytes") }
        var token = bytes[..<count]
        if token.last == UInt8(ascii: "\n") { token.removeLast() }
        guard token.count >= Self.shortest, token.allSatisfy(Self.isAllowed) else {
            throw AdminTokenError(
                path,
                "must hold one line of at least \(Self.shortest) letters, digits and -._~+/=: "
                    + "head -c 32 /dev/urandom | base64 makes one")
        }
        digest = Self.digest(Array(token))
    }

    /// Whether an `Authorization` header's value carries the token. It takes as long whatever is wrong in it.
    func admits(_ authorization: String) -> Bool {
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return false }
        return CRYPTO_memcmp(Self.digest(Array(parts[1].utf8)), digest, digest.count) == 0
    }

    /// Of what is compared every byte counts equally, and all are of one length.
    private static func digest(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        SHA256(bytes, bytes.count, &digest)
        return digest
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "-._~+/=".utf8.contains(byte)
        }
    }
}

/// Why a token's file is of no use.
public struct AdminTokenError: Error, CustomStringConvertible {
    public let description: String

    init(_ path: String, _ reason: String) { description = "the admin token \(path) \(reason)" }
}
