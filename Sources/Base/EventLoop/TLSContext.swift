import COpenSSL
import Glibc

/// What TLS connections of one kind share: their certificate if they are a server's, and OpenSSL's settings.
public final class TLSContext: @unchecked Sendable {
    // Sendable: OpenSSL locks its contexts itself, and this one is not changed once it is made.
    let pointer: OpaquePointer
    let isServer: Bool

    /// For accepting connections with a certificate and its key, both PEM and perhaps in one file.
    public init(certificate: String, key: String) throws(TLSError) {
        guard let context = SSL_CTX_new(TLS_server_method()) else { throw TLSError("start TLS") }
        pointer = context
        isServer = true
        openssl_tolerate_missing_close_notify(context)
        TLSKeyLog.begin(for: context)
        guard SSL_CTX_use_certificate_chain_file(context, certificate) == 1 else {
            throw TLSError("read the certificate \(certificate)")
        }
        guard SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1 else { throw TLSError("read the key \(key)") }
        guard SSL_CTX_check_private_key(context) == 1 else {
            throw TLSError("use \(key) with the certificate \(certificate)")
        }
    }

    /// For connecting; one for the whole process. The server's certificate is not checked: a lab's is its own.
    public static let client = Result { () throws(TLSError) in try TLSContext() }

    private init() throws(TLSError) {
        guard let context = SSL_CTX_new(TLS_client_method()) else { throw TLSError("start TLS") }
        pointer = context
        isServer = false
        openssl_tolerate_missing_close_notify(context)
        TLSKeyLog.begin(for: context)
    }

    deinit { SSL_CTX_free(pointer) }
}

/// Something about TLS that OpenSSL would not do.
public struct TLSError: Error, Equatable, CustomStringConvertible {
    /// What was being done, to read after "cannot", and OpenSSL's reason.
    public let description: String

    /// Takes the oldest reason from OpenSSL's queue and empties it.
    init(_ action: String) {
        let code = ERR_get_error()
        ERR_clear_error()
        description = "cannot \(action)" + (Self.reason(code).map { ": \($0)" } ?? "")
    }

    static func reason(_ code: UInt) -> String? {
        ERR_reason_error_string(code).map { String(cString: $0) }
    }
}
