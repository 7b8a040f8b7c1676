import Contracts

/// What a segment's payload is for, as far as the account must know. Whoever knows the protocol says it.
public enum PayloadClass: Sendable {
    /// What users and programs have to say to each other. A segment that carries any of it is this.
    case sessionData
    case heartbeatRequest
    case heartbeatAnswer
    /// The taskbar clock, redrawn.
    case clockUpdate
}

extension TrafficClass {
    /// The same, sent once more.
    var repeated: TrafficClass {
        switch self {
        case .heartbeatRequest, .heartbeatAnswer: .heartbeatRetransmission
        case .clockUpdate: .clockUpdateRetransmission
        default: self
        }
    }

    init(_ payload: PayloadClass, repeated: Bool) {
        let first: TrafficClass =
            switch payload {
            case .sessionData: .sessionData
            case .heartbeatRequest: .heartbeatRequest
            case .heartbeatAnswer: .heartbeatAnswer
            case .clockUpdate: .clockUpdate
            }
        self = repeated ? first.repeated : first
    }
}
