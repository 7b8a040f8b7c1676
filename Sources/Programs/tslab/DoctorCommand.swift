import ArgumentParser
import Foundation
import Lab
import Netlab
import Version

/// `tslab doctor`: what this machine lacks for the lab.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Say what this machine lacks for the lab, and what to do about it.",
        discussion: """
            Tries what the experiments do: namespaces, a veth pair, nftables sets,
            TUN interfaces, a capture; and looks for the programs and limits that
            they need. Nothing of the machine is changed.

            Prints a line for each: OK, MISSING with its remedy, or UNKNOWN where
            it could not be tried. What is marked (optional) does not count.

            EXAMPLES
              tslab doctor
              tslab doctor --json | jq -r '.checks[] | select(.state != "ok") | .name'

            EXIT STATUS
              0 when all that is required is there, 1 when not, 64 for a wrong
              command line.
            """)

    @Flag(help: "Print the checks as JSON, and nothing else, on standard output.")
    var json = false

    @Flag(help: .hidden)
    var inside = false

    func validate() throws {
        // It would mount over this machine's /run.
        if inside, !PrivateNetwork.isInside { throw ValidationError("--inside is for 'tslab doctor' itself to give") }
    }

    func run() throws {
        if inside { return try Self.print(Doctor.examineInside()) }
        let report = MachineReport(
            version: Version.current, checks: Doctor().examine(inside: ["doctor", "--inside"], files: LabFiles.needed))
        if json {
            try Self.print(report)
        } else {
            Swift.print(report.text)
        }
        if !report.isReady { throw ExitCode(1) }
    }

    private static func print(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        Swift.print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}
