import RDP

/// The sixteen colours of the time, by their numbers: what every screen could show, and all that a desktop is painted in.
enum VGA {
    static let black: UInt8 = 0
    static let navy: UInt8 = 4
    static let teal: UInt8 = 6
    static let silver: UInt8 = 7
    static let gray: UInt8 = 8
    static let red: UInt8 = 9
    static let lime: UInt8 = 10
    static let yellow: UInt8 = 11
    static let blue: UInt8 = 12
    static let white: UInt8 = 15

    static let count: UInt8 = 16

    static let palette = Palette([
        .init(0, 0, 0), .init(128, 0, 0), .init(0, 128, 0), .init(128, 128, 0),
        .init(0, 0, 128), .init(128, 0, 128), .init(0, 128, 128), .init(192, 192, 192),
        .init(128, 128, 128), .init(255, 0, 0), .init(0, 255, 0), .init(255, 255, 0),
        .init(0, 0, 255), .init(255, 0, 255), .init(0, 255, 255), .init(255, 255, 255),
    ])
}
