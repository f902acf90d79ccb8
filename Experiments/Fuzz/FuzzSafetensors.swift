import Checkpoint

/// Input: a decimal number of bytes of data, a newline, and the JSON of a header; and, whatever it
/// is, a file from its first byte.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSafetensors(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = unsafe FuzzInput.bytes(start, count)
  read(bytes, fileSize: bytes.count)
  guard let newline = bytes.firstIndex(of: UInt8(ascii: "\n")),
    let dataSize = Int(String(decoding: bytes[..<newline], as: UTF8.self)),
    (0...1 << 50).contains(dataSize)
  else { return 0 }
  let json = bytes[(newline + 1)...]
  let prefix = (0..<8).map { UInt8(truncatingIfNeeded: json.count >> (8 * $0)) }
  read(prefix + json, fileSize: 8 + json.count + dataSize)
  return 0
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
