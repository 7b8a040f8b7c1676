import Foundation

/// What a row has in a column.
enum ColumnValue: Equatable, Sendable {
    case text(String)
    case count(Int)
    /// - Parameter digits: behind the point, for people; programs get all of them.
    case number(Double, digits: Int)
    /// A time in seconds; nil for one that is longer than `beyond`.
    case time(Double?, beyond: Double, digits: Int = 2)
    /// So many of so many. Programs get the first.
    case part(Int, of: Int)
    /// A number with the range that it lies in. Programs get the number.
    case estimate(Double, ClosedRange<Double>)
    /// Nothing that could be said in a number, and why.
    case unknown(String)

    func forPeople(unit: String?) -> String {
        let behind = unit.map { " \($0)" } ?? ""
        return switch self {
        case .text(let text), .unknown(let text): text
        case .count(let count): "\(count)\(behind)"
        case .number(let number, let digits): String(format: "%.\(digits)f", number) + behind
        case .time(let seconds?, _, let digits): String(format: "%.\(digits)f", seconds) + behind
        case .time(nil, let beyond, _): String(format: "> %.4g", beyond) + behind
        case .part(let count, let all): "\(count)/\(all)\(behind)"
        case .estimate(let number, let range):
            String(format: "%.0f (%.0f-%.0f)", number, range.lowerBound, range.upperBound) + behind
        }
    }

    /// As a number that nobody rounded; nil where there is none.
    var number: Double? {
        switch self {
        case .text, .unknown, .time(nil, _, _): nil
        case .count(let count), .part(let count, _): Double(count)
        case .number(let number, _), .estimate(let number, _): number
        case .time(let seconds?, _, _): seconds
        }
    }

    /// As CSV has it: a number as the shortest text that reads back as the same, nothing where there is no value.
    var forPrograms: String {
        if case .text(let text) = self { return text }
        guard let number else { return "" }
        return number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
    }
}
