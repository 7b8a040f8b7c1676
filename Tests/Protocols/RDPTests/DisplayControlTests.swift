import PacketTestSupport
import Testing
import Wire

@testable import RDP

/// MS-RDPEDYC 2.2.2, 2.2.3 and MS-RDPEDISP 2.2.
@Suite struct DisplayControlTests {
    private func read(_ bytes: [UInt8]) throws -> DisplayControl.Message? {
        var reader = ByteReader(bytes.span.bytes)
        return try DisplayControl.read(&reader)
    }

    /// A layout of monitors of the given width and flags, 600 high.
    private func layout(_ monitors: [(width: UInt32, flags: UInt32)], size: UInt32 = 40, count: UInt32? = nil) -> [UInt8] {
        hex("31 00 01")
            + written {
                let count = count ?? UInt32(monitors.count)
                for value in [2, 16 &+ 40 &* count, size, count] { $0.u32le(value) }
                for monitor in monitors {
                    for value in [monitor.flags, 0, 0, monitor.width, 600, 0, 0, 0, 100, 100] { $0.u32le(value) }
                }
            }
    }

    @Test func theServerOpensItWithAnIdOfTwoBytes() {
        #expect(text(DisplayControl.createRequest.prefix(3)) == "11 00 01")
        #expect(String(decoding: DisplayControl.createRequest.dropFirst(3), as: UTF8.self) == "Microsoft::Windows::RDS::DisplayControl\0")
        #expect(
            text(DisplayControl.capabilities(largest: 4096))
                == text(hex("31 00 01 05 00 00 00 14 00 00 00 01 00 00 00 00 10 00 00 00 10 00 00")))
    }

    @Test func whatAClientSays() throws {
        #expect(try read(hex("11 00 01 00 00 00 00")) == .opened)
        #expect(try read(hex("11 00 01 01 00 00 C0")) == nil, "refused")
        #expect(try read(hex("11 01 01 00 00 00 00")) == nil, "another channel")
        #expect(try read(hex("10 07 FF FF FF FF")) == nil, "a heartbeat's")
        #expect(try read(hex("41 00 01")) == nil, "closed")
        #expect(try read(layout([(1000, 1)])) == .layout(width: 1000, height: 600))
        #expect(try read(layout([(500, 0), (1000, 1), (700, 0)])) == .layout(width: 1000, height: 600))
    }

    @Test func whatMakesNoSenseIsAnError() {
        #expect(throws: WireError.self) { try read(layout([(1000, 1)], size: 20)) }
        #expect(throws: WireError.self) { try read(layout([], count: 0)) }
        #expect(throws: WireError.self) { try read(layout([(1000, 1)], count: 16)) }
        #expect(throws: WireError.self) { try read(layout([(1000, 1)], count: .max)) }
    }

    @Test func theDesktopIsActivatedAnewInItsNewSize() throws {
        var pair = try Pair.active()
        _ = (pair.takeClientEvents(), pair.takeServerEvents())
        let same = pair.server.resize(
            width: UInt32(pair.server.desktopWidth), height: UInt32(pair.server.desktopHeight), output: &pair.toClient)
        #expect(!same && pair.toClient.isEmpty)
        let changes = pair.server.resize(width: 1023, height: 9, output: &pair.toClient)
        #expect(changes && !pair.server.isActive)
        try pair.settle()
        #expect(pair.takeClientEvents() == [.deactivated, .activated])
        #expect(pair.takeServerEvents() == [.activated])
        #expect((pair.server.desktopWidth, pair.server.desktopHeight) == (1020, 64))
        #expect((pair.client.capabilities.width, pair.client.capabilities.height) == (1020, 64))
        let largest = pair.server.resize(width: .max, height: .max, output: &pair.toClient)
        #expect(largest && pair.server.desktopWidth == 4096)
    }
}
