import Testing

@testable import Sessions

@Suite struct UserIndexTests {
    /// Any number of sessions under a few hashes, against arrays that remember who was added under which.
    @Test(arguments: [UInt32(1), 3, .max]) func itFindsWhatIsThereHoweverManyShareAHash(hashes: UInt32) {
        var index = UserIndex { UInt32($0.utf8.count) % hashes }
        var model: [UInt32: [SessionID]] = [:]
        var random = SystemRandomNumberGenerator()
        var names: [SessionID: String] = [:]
        for step in 0..<2000 {
            let name = String(repeating: "a", count: Int.random(in: 0..<8, using: &random))
            let key = UInt32(name.utf8.count) % hashes
            if Bool.random(using: &random) || names.isEmpty {
                let id = SessionID(rawValue: UInt32(step))
                index.add(id, under: name)
                model[key, default: []].append(id)
                names[id] = name
            } else if let (id, owner) = names.randomElement(using: &random) {
                index.remove(id, under: owner)
                model[UInt32(owner.utf8.count) % hashes]?.removeAll { $0 == id }
                names[id] = nil
            }
            #expect(Array(index.sessions(under: name)) == model[key, default: []])
        }
    }

    @Test func whoAsksGetsOnlyTheUsersOwn() throws {
        var table = SessionTable(listeners: ["rdp-tcp"], at: .zero)
        for number in 0..<2000 {
            let id = table.connect(listener: "rdp-tcp", address: "198.18.0.1:\(number)", at: .zero)
            _ = try table.logon(id, user: "User\(number)", clientName: "", at: .zero)
        }
        #expect((0..<2000).allSatisfy { table.sessions(of: "uSER\($0)").map(\.user) == ["User\($0)"] })
    }
}
