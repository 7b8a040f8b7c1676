import Glibc

extension CloseReason: CustomStringConvertible {
    init(errno code: Int32) {
        self =
            switch code {
            case ECONNRESET, EPIPE: .reset
            case ETIMEDOUT: .timedOut
            case ECONNREFUSED: .refused
            case EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN: .unreachable
            default: .failed(code)
            }
    }

    public var description: String {
        switch self {
        case .local: "closed here"
        case .peerClosed: "closed by the peer"
        case .reset: "reset by the peer"
        case .timedOut: "timed out"
        case .refused: "refused"
        case .unreachable: "peer unreachable"
        case .insecure(let reason): "TLS: \(reason)"
        case .failed(let code): String(cString: strerror(code))
        }
    }
}
