import Checkpoint

/// Input: a decimal number of bytes of data, a newline, and the JSON of a header; and, whatever it
/// is, a file from its first byte.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSafetensors(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe FuzzInput.test(start, count) { bytes in
    read(bytes, fileSize: bytes.count)
    readHeader(bytes)
  }
}

/// Reads the header and the file that it claims to stand in.
private func readHeader(_ bytes: [UInt8]) {
  guard let newline = bytes.firstIndex(of: UInt8(ascii: "\n")),
    let dataSize = Int(String(decoding: bytes[..<newline], as: UTF8.self)),
    (0...1 << 50).contains(dataSize)
  else { return }
  let json = bytes[(newline + 1)...]
  let prefix = (0..<8).map { UInt8(truncatingIfNeeded: json.count >> (8 * $0)) }
  read(prefix + json, fileSize: 8 + json.count + dataSize)
}

/// What is accepted must tile the file.
private func read(_ bytes: [UInt8], fileSize: Int) {
  guard let header = try? SafetensorsHeader(parsing: bytes, fileSize: fileSize, file: "input")
  else { return }
  var end = header.tensors.first?.fileRange.lowerBound ?? fileSize
  for tensor in header.tensors {
    precondition(tensor.fileRange.lowerBound == end)
    precondition(tensor.type.byteCount(elements: tensor.elementCount) == tensor.byteCount)
    end = tensor.fileRange.upperBound
  }
  precondition(end == fileSize)
}
