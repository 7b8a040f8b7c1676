import COpenSSL
import Glibc

/// Writes the secrets of TLS connections into the file that SSLKEYLOGFILE in the environment names, so that an analyser
/// can read captures of them; nothing without it (draft-ietf-tls-keylogfile, SSL_CTX_set_keylog_callback(3)).
enum TLSKeyLog {
    private static let descriptor: Int32 =
        getenv("SSLKEYLOGFILE").map {
            open($0, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        } ?? -1

    static func begin(for context: OpaquePointer) {
        guard descriptor >= 0 else { return }
        SSL_CTX_set_keylog_callback(context) { _, line in
            guard let line else { return }
            let text = [UInt8](UnsafeRawBufferPointer(start: line, count: strlen(line))) + [UInt8(ascii: "\n")]
            _ = write(TLSKeyLog.descriptor, text, text.count)
        }
    }
}
