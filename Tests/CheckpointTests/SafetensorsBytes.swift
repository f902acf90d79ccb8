import Checkpoint

/// A safetensors file from its parts, right or wrong.
func safetensors(_ json: String, data: [UInt8] = [], length: UInt64? = nil) -> [UInt8] {
  safetensors(Array(json.utf8), data: data, length: length)
}

func safetensors(_ json: [UInt8], data: [UInt8] = [], length: UInt64? = nil) -> [UInt8] {
  littleEndian(length ?? UInt64(json.count)) + json + data
}

/// A file with one tensor.
func safetensors(
  _ name: String, _ type: String, _ shape: [Int], _ data: [UInt8]
) -> [UInt8] {
  safetensors("{\(entry(name, type, shape, 0, data.count))}", data: data)
}

/// An entry of a header.
func entry(_ name: String, _ type: String, _ shape: [Int], _ begin: Int, _ end: Int) -> String {
  let sizes = shape.map(String.init).joined(separator: ",")
  return
    "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":[\(sizes)],\"data_offsets\":[\(begin),\(end)]}"
}

func littleEndian<Integer: FixedWidthInteger>(_ value: Integer) -> [UInt8] {
  (0..<Integer.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}

func littleEndian(_ values: [Float]) -> [UInt8] {
  values.flatMap { littleEndian($0.bitPattern) }
}

/// The error that `body` throws; nil when it throws none.
func checkpointError<Result>(
  _ body: () throws(CheckpointError) -> Result
) -> CheckpointError? {
  do {
    _ = try body()
    return nil
  } catch {
    return error
  }
}

extension CheckpointError {
  /// The case without its payload.
  var name: String {
    Mirror(reflecting: self).children.first?.label ?? ""
  }
}
