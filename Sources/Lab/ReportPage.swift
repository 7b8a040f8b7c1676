import Foundation

struct ReportPage {
    init(_ outcome: Outcome) {}
    func html() throws -> String { "" }
}
