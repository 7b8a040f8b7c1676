import EventLoop
import Testing
import Transport

@testable import LoadGenerator

@Suite struct LoadPlanTests {
    @Test func workstationsTakeTurnsAtTheTargets() throws {
        let targets = try (1...3).map { try Endpoint(parsing: "127.0.0.1:\($0)") }
        let plan = LoadPlan(targets: targets, clients: 7)
        #expect((0..<7).map { plan.target(of: Workstation(number: $0)) } == (0..<7).map { targets[$0 % 3] })
        // 32,768 is not a multiple of 3: a user's spare goes to another.
        let workstation = Workstation(number: 4)
        #expect(plan.target(of: workstation.spare) != plan.target(of: workstation))
    }

    @Test func aSpareIsAnotherMachineOfTheSameLab() {
        let spare = Workstation(number: 42).spare
        #expect(spare.number == 32_810 && spare.name == "WS32810")
        // 198.18.0.0/16 has room for it.
        #expect(spare.address(from: SocketAddress(host: "198.18.0.0", port: 0)) == 0xC612_802A)
    }

    @Test(arguments: [
        ("127.18.0.0", 300, "127.18.1.44"), ("fd00::", 1, "fd00::1"), ("fd00::ffff:ffff:ffff:ffff", 1, "fd00:0:0:1::"),
    ])
    func addressesAreCountedUp(first: String, number: Int, address: String) {
        let workstation = Workstation(number: number)
        let source = workstation.source(from: SocketAddress(host: first, port: 9))
        #expect(source == SocketAddress(host: address, port: 0))
    }

    @Test func onlyIPv4IsForTheFirewall() {
        #expect(Workstation(number: 1).address(from: SocketAddress(host: "fd00::", port: 0)) == nil)
        #expect(Workstation(number: 1).source(from: nil) == nil)
    }

    @Test func namesHaveFiveDigitsOrMore() {
        #expect(Workstation(number: 7).name == "WS00007" && Workstation(number: 7).user == "user00007")
        #expect(Workstation(number: 123_456).name == "WS123456")
    }
}
