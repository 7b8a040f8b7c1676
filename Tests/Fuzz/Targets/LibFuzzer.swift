import Glibc

/// The target that this process fuzzes, by the environment: libFuzzer keeps the command line for itself.
private let chosen: FuzzTarget = {
    let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = FuzzTarget.named(name) else {
        fatalError("FUZZ_TARGET is one of \(FuzzTarget.all.map(\.name).joined(separator: ", ")), not '\(name)'")
    }
    return target
}()

/// What libFuzzer calls with every input (llvm.org/docs/LibFuzzer.html). Nothing else does.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    chosen.run([UInt8](UnsafeBufferPointer(start: start, count: count)))
    return 0
}
