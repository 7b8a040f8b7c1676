import Foundation

/// The files that the lab reads and runs beside Debian's programs, for `tslab doctor`.
public enum LabFiles {
    public static let needed: [(path: String, neededBy: String, remedy: String)] =
        Programs.names.map {
            (Programs.directory.appendingPathComponent($0).path, "every experiment of tslab", "install or build the whole package")
        } + [(ReportPage.drawingLibrary, "report.html", "apt-get install libjs-d3")]
}
