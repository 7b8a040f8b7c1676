import ArgumentParser
import EventLoop
import Foundation
import Glibc
import Logging
import ProgramOptions
import RDP
import TerminalServer

/// How tsserver secures its connections.
struct SecurityOptions: ParsableArguments {
    enum Security: String, ExpressibleByArgument, CaseIterable {
        case rdp, tls, negotiate
    }

    enum Level: String, ExpressibleByArgument, CaseIterable {
        case none, low, high
        case clientCompatible = "client-compatible"

        var level: EncryptionLevel {
            switch self {
            case .none: .none
            case .low: .low
            case .clientCompatible: .clientCompatible
            case .high: .high
            }
        }
    }

    @Option(
        help: ArgumentHelp(
            "Standard RDP security for all, TLS for all, or TLS for clients that offer it.", valueName: "rdp|tls|negotiate"))
    var security = Security.negotiate

    @Option(
        help: ArgumentHelp(
            "What standard RDP security encrypts. Clients that offer no encryption get none, except at the high level.",
            valueName: "none|low|client-compatible|high"))
    var encryptionLevel = Level.clientCompatible

    @Option(
        help: ArgumentHelp("The certificate for TLS, PEM; without it one is made on the first start.", valueName: "file"),
        completion: .file())
    var certificate: String?

    @Option(help: ArgumentHelp("The certificate's key, PEM; by default in the certificate's file.", valueName: "file"), completion: .file())
    var key: String?

    @Option(
        help: ArgumentHelp(
            "Where the certificate made on the first start is kept (default: $XDG_STATE_HOME/tslab or ~/.local/state/tslab).",
            valueName: "directory"), completion: .directory)
    var stateDirectory: String?

    func validate() throws {
        if key != nil, certificate == nil { throw ValidationError("--key goes with --certificate") }
        if security == .rdp, certificate != nil { throw ValidationError("--certificate has no use with --security rdp") }
    }

    /// Says what is wrong with a certificate that was given.
    func check() throws {
        guard let certificate else { return }
        _ = try OptionValue.parsed("--certificate", certificate) { try TLSContext(certificate: $0, key: key ?? $0) }
    }

    /// Settles a server's security; TLS that is not insisted on and cannot be had is done without.
    func apply(to configuration: inout ServerConfiguration, _ logger: Logger) throws {
        var tls = ServerSecurity.TLS.never
        switch security {
        case .rdp: break
        case .tls:
            configuration.tls = try context(logger)
            tls = .required
        case .negotiate:
            do {
                configuration.tls = try context(logger)
                tls = .offered
            } catch  where certificate == nil && stateDirectory == nil {
                logger.warning("no TLS: \(error); see --certificate and --state-directory")
            }
        }
        configuration.security = ServerSecurity(tls: tls, level: encryptionLevel.level)
    }

    private func context(_ logger: Logger) throws -> TLSContext {
        if let certificate { return try TLSContext(certificate: certificate, key: key ?? certificate) }
        let directory = stateDirectory ?? Self.defaultStateDirectory
        let path = directory + "/tls.pem"
        if !FileManager.default.fileExists(atPath: path) {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try SelfSignedCertificate.create(for: Self.hostName, at: path)
            logger.notice("made a certificate for TLS: \(path)")
        }
        return try TLSContext(certificate: path, key: path)
    }

    private static var defaultStateDirectory: String {
        let environment = ProcessInfo.processInfo.environment
        // systemd says where a service's state is to be.
        if let given = environment["STATE_DIRECTORY"] { return given }
        return (environment["XDG_STATE_HOME"] ?? NSHomeDirectory() + "/.local/state") + "/tslab"
    }

    private static var hostName: String {
        var name = [CChar](repeating: 0, count: Int(HOST_NAME_MAX) + 1)
        guard gethostname(&name, name.count - 1) == 0 else { return "tsserver" }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
