import Foundation

/// An X screen that nobody sees, for a client to draw on.
final class Screen {
    static let (width, height) = (800, 600)

    let name: String
    private let server: Child

    init() throws {
        server = try Child("Xvfb", ["-displayfd", "1", "-screen", "0", "\(Self.width)x\(Self.height)x24", "-nolisten", "tcp"])
        let server = server
        guard eventually(within: 10, { server.said.contains("\n") }),
            let line = server.said.split(separator: "\n").first(where: { Int($0) != nil })
        else { throw Failed(description: "Xvfb does not start: \(server.said)") }
        name = ":\(line)"
    }

    /// Clicks into the desktop, then types.
    func type(_ text: String) throws {
        let keys = text.map { $0 == "\r" ? "Return" : String($0) }
        _ = try Child.output("env", ["DISPLAY=\(name)", "xdotool", "mousemove", "700", "400", "click", "1"])
        usleep(300_000)
        _ = try Child.output("env", ["DISPLAY=\(name)", "xdotool", "key", "--delay", "60"] + keys)
    }

    /// The pixels that are on the screen now, as 0xRRGGBB, the top row first.
    func pixels() throws -> [UInt32] {
        let data = [UInt8](try Child.output("import", ["-display", name, "-window", "root", "-depth", "8", "rgb:-"]))
        guard data.count == Self.width * Self.height * 3 else { throw Failed(description: "a screenshot of \(data.count) bytes") }
        return stride(from: 0, to: data.count, by: 3).map {
            UInt32(data[$0]) << 16 | UInt32(data[$0 + 1]) << 8 | UInt32(data[$0 + 2])
        }
    }

    /// Whether NT 4.0's teal, or what 16 bits a pixel leave of it, fills much of the screen, over a grey taskbar.
    func showsDesktop() -> Bool {
        guard let pixels = try? pixels() else { return false }
        let teal = pixels.filter { $0 >> 16 < 0x10 && 0x78...0x90 ~= $0 >> 8 & 0xFF && 0x78...0x90 ~= $0 & 0xFF }
        let taskbar = pixels[((Self.height - 3) * Self.width)...].filter { 0xB8...0xCC ~= $0 >> 8 & 0xFF && 0xB8...0xCC ~= $0 >> 16 }
        return teal.count > pixels.count / 3 && taskbar.count > Self.width
    }

    /// How much of the program's page is written on, in pixels.
    func ink() throws -> Int {
        let pixels = try pixels()
        return (44..<290).reduce(0) { count, row in
            count + (20..<470).reduce(0) { $0 + (pixels[row * Self.width + $1] < 0x40_4040 ? 1 : 0) }
        }
    }

    struct Failed: Error, CustomStringConvertible { let description: String }
}
