import Wire

/// What `body` writes.
func written(_ body: (inout ByteWriter) -> Void) -> [UInt8] {
    var output = ByteWriter()
    body(&output)
    return output.bytes
}
