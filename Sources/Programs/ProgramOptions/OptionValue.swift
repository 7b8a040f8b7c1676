import ArgumentParser
import Foundation
import Glibc
import Time
import Transport
import Wire

/// Reads the values of options. What an option does not take ends in one line that names the option and what it takes.
///
/// Options are declared as texts and read by these, since a value that ArgumentParser itself cannot read gets a message
/// without its limits. Options of numbers are parsed `.unconditional`: otherwise `-3` is taken for another option.
public enum OptionValue {
    /// Longer than any run, and far from where sums of times end.
    public static let longest = Duration.seconds(365 * 86_400)
    /// How long a client may be told to wait for its desktop.
    public static let logonDeadlines = Duration.milliseconds(100)...(.seconds(3600))

    /// A whole number within limits.
    ///
    /// - Throws: `ValidationError`, as all of these.
    public static func whole<Number: FixedWidthInteger>(
        _ option: String, _ text: String, in limits: ClosedRange<Number>
    ) throws -> Number {
        guard let number = Number(text), limits.contains(number) else {
            throw wrong(option, "a whole number from \(limits.lowerBound) to \(limits.upperBound)", text)
        }
        return number
    }

    /// Any number within limits.
    public static func number(_ option: String, _ text: String, in limits: ClosedRange<Double>) throws -> Double {
        // Double reads "nan", "inf" and "0x1p3" too.
        let isDecimal = text.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || $0 == UInt8(ascii: ".") }
        guard isDecimal, let number = Double(text), limits.contains(number) else {
            throw wrong(option, "a number from \(shown(limits.lowerBound)) to \(shown(limits.upperBound))", text)
        }
        return number
    }

    /// A duration within limits: `30s`, `1.5m`.
    public static func duration(
        _ option: String, _ text: String, in limits: ClosedRange<Duration> = .zero...longest
    ) throws -> Duration {
        guard let duration = DurationText.parse(text), limits.contains(duration) else {
            let ends = [limits.lowerBound, limits.upperBound].map { DurationText.format($0) }
            throw wrong(option, "a duration from \(ends[0]) to \(ends[1]), like 250ms, 30s, 5m or 2h", text)
        }
        return duration
    }

    /// One of some names.
    public static func choice<Choice: RawRepresentable<String> & CaseIterable>(_ option: String, _ text: String) throws -> Choice {
        guard let choice = Choice(rawValue: text) else {
            throw wrong(option, Choice.allCases.map(\.rawValue).joined(separator: ", "), text)
        }
        return choice
    }

    /// What is in a file of text.
    public static func file(_ option: String, _ path: String) throws -> String {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw wrong(option, "a file that can be read (\(String(cString: strerror(errno))))", path)
        }
        guard let data = try? file.read(upToCount: largestFile + 1), data.count <= largestFile,
            let text = String(data: data, encoding: .utf8)
        else { throw wrong(option, "a file of at most \(largestFile >> 20) MiB of UTF-8 text", path) }
        return text
    }

    private static let largestFile = 64 << 20

    /// What another parser reads, whose errors say what it takes.
    public static func parsed<Value>(_ option: String, _ text: String, _ read: (String) throws -> Value) throws -> Value {
        do {
            return try read(text)
        } catch let error as ValidationError {
            throw error
        } catch EndpointError.unknownHost(let host, let reason) {
            throw EndpointError.unknownHost(host, reason)
        } catch {
            throw ValidationError("\(option): \(PrintableText.escaped("\(error)", limit: longestMessage))")
        }
    }

    /// The parts of a list; at least one, and none of them empty.
    ///
    /// - Parameter form: to read after "takes": `faults like power-off,hang`.
    public static func list(_ option: String, _ text: String, by separator: Character = ",", form: String) throws -> [String] {
        let parts = text.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
        guard !parts.contains("") else { throw wrong(option, form, text) }
        return parts
    }

    /// - Parameter form: to read after "takes".
    public static func wrong(_ option: String, _ form: String, _ text: String) -> ValidationError {
        ValidationError("\(option) takes \(form), not '\(PrintableText.escaped(text, limit: longestShown))'")
    }

    private static let longestShown = 80
    /// Enough for every name that may be valid, in scalars.
    private static let longestMessage = 1000

    /// A whole number without a point.
    private static func shown(_ number: Double) -> String { Int(exactly: number).map { "\($0)" } ?? "\(number)" }
}
