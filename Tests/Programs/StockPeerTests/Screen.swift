import Foundation

/// An X screen that nobody sees, for a client to draw on.
final class Screen {
    static let (width, height) = (800, 600)

    let name: String
    private let server: Child

    init() throws {
        server = try Child("Xvfb", ["-displayfd", "1", "-screen", "0", "\(Self.width)x\(Self.height)x24", "-nolisten", "tcp"])
        let server = server
        // Before it says which display it has it may complain of those that others have.
        func display() -> Substring? { server.said.split(separator: "\n").first { Int($0) != nil } }
        guard eventually(within: 10, { display() != nil }), let display = display() else {
            throw Failed(description: "Xvfb does not start: \(server.said)")
        }
        name = ":\(display)"
    }

    /// Clicks into the desktop, then types.
    func type(_ text: String) throws {
        try click(x: 700, y: 400)
        try press(text.map { $0 == "\r" ? "Return" : String($0) })
    }

    func click(x: Int, y: Int) throws {
        try tool(["mousemove", "\(x)", "\(y)", "click", "1"])
        usleep(300_000)
    }

    func press(_ keys: [String]) throws { try tool(["key", "--delay", "60"] + keys) }

    /// Does something to xfreerdp's window, by xdotool's name for it.
    func window(_ action: String, _ arguments: [String] = []) throws {
        guard let window = try tool(["search", "--name", "FreeRDP"]).split(separator: "\n").first else {
            throw Failed(description: "no window on \(name)")
        }
        try tool([action, String(window)] + arguments)
    }

    @discardableResult
    private func tool(_ arguments: [String]) throws -> String {
        String(decoding: try Child.output("env", ["DISPLAY=\(name)", "xdotool"] + arguments), as: UTF8.self)
    }

    /// The pixels that are on the screen now, as 0xRRGGBB, the top row first; of a part of it where one is given.
    func pixels(x: Int = 0, y: Int = 0, width: Int = Screen.width, height: Int = Screen.height) throws -> [UInt32] {
        let data = [UInt8](
            try Child.output(
                "import",
                [
                    "-display", name, "-window", "root", "-crop", "\(width)x\(height)+\(x)+\(y)", "+repage", "-depth", "8", "rgb:-",
                ]))
        guard data.count == width * height * 3 else { throw Failed(description: "a screenshot of \(data.count) bytes") }
        return stride(from: 0, to: data.count, by: 3).map {
            UInt32(data[$0]) << 16 | UInt32(data[$0 + 1]) << 8 | UInt32(data[$0 + 2])
        }
    }

    /// Whether NT 4.0's teal, or what 16 bits a pixel leave of it, fills much of the screen, over a grey taskbar.
    func showsDesktop() -> Bool {
        guard let pixels = try? pixels() else { return false }
        let teal = pixels.filter(Self.isTeal)
        let taskbar = pixels[((Self.height - 3) * Self.width)...].filter { 0xB8...0xCC ~= $0 >> 8 & 0xFF && 0xB8...0xCC ~= $0 >> 16 }
        return teal.count > pixels.count / 3 && taskbar.count > Self.width
    }

    /// NT 4.0's teal, and the grey of its windows and its taskbar, or what 16 bits a pixel leave of them.
    func isTeal(x: Int, y: Int) -> Bool { (try? pixels(x: x, y: y, width: 1, height: 1)).map { Self.isTeal($0[0]) } ?? false }

    func isGrey(x: Int, y: Int) -> Bool {
        guard let pixel = try? pixels(x: x, y: y, width: 1, height: 1)[0] else { return false }
        return [16, 8, 0].allSatisfy { 0xB8...0xCC ~= pixel >> $0 & 0xFF }
    }

    private static func isTeal(_ pixel: UInt32) -> Bool {
        pixel >> 16 < 0x10 && 0x78...0x90 ~= pixel >> 8 & 0xFF && 0x78...0x90 ~= pixel & 0xFF
    }

    /// How much of the program's page is written on, in pixels; as much of it as desktops of every size here have.
    func ink() throws -> Int { try pixels(x: 20, y: 44, width: 440, height: 190).count { $0 < 0x40_4040 } }

    struct Failed: Error, CustomStringConvertible { let description: String }
}
