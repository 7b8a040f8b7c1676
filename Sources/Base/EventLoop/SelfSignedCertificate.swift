import COpenSSL
import Glibc

/// A certificate that a server makes for itself.
public enum SelfSignedCertificate {
    private static let keyBits = 2048
    private static let lifetime = 10 * 365 * 24 * 60 * 60
    /// MBSTRING_UTF8.
    private static let utf8: Int32 = 0x1000
    /// Of a common name (RFC 5280, appendix A: ub-common-name).
    private static let longestName = 64
    /// The third version counts from zero.
    private static let version3 = 2

    /// Makes a key and a certificate for `name` and puts both into one file that its owner alone can read. The file is
    /// there at once or not at all, so that servers may start at the same time.
    public static func create(for name: String, at path: String) throws(TLSError) {
        guard let key = openssl_generate_rsa(keyBits), let certificate = X509_new() else { throw TLSError("make a key") }
        defer {
            X509_free(certificate)
            EVP_PKEY_free(key)
        }
        X509_set_version(certificate, version3)
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), Int.random(in: 1...Int.max))
        X509_gmtime_adj(X509_getm_notBefore(certificate), 0)
        X509_gmtime_adj(X509_getm_notAfter(certificate), lifetime)
        X509_set_pubkey(certificate, key)
        let subject = X509_get_subject_name(certificate)
        let commonName = Array(name.utf8.prefix(longestName))
        X509_NAME_add_entry_by_txt(subject, "CN", utf8, commonName, Int32(commonName.count), -1, 0)
        X509_set_issuer_name(certificate, subject)
        guard X509_sign(certificate, key, EVP_sha256()) > 0 else { throw TLSError("sign a certificate") }
        try write(key, certificate, to: path)
    }

    private static func write(_ key: OpaquePointer, _ certificate: OpaquePointer, to path: String) throws(TLSError) {
        // A name that nobody has: what is there already is not ours to overwrite.
        let temporary = "\(path).\(UInt64.random(in: 0 ... .max))"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0, let file = fdopen(descriptor, "w") else {
            throw TLSError("write \(temporary): \(String(cString: strerror(errno)))")
        }
        var isWritten = PEM_write_PrivateKey(file, key, nil, nil, 0, nil, nil) == 1 && PEM_write_X509(file, certificate) == 1
        if fclose(file) != 0 { isWritten = false }
        guard isWritten, rename(temporary, path) == 0 else {
            unlink(temporary)
            throw TLSError("write \(path)")
        }
    }
}
