package import Foundation
import SpecDecodePlatform

/// Writes a safetensors file, its tensors one after another in the order given.
///
/// The bytes go to a temporary file beside the target, which takes the target's name in
/// ``finish()``: the target is complete or untouched. If the writer goes away unfinished, the
/// temporary file does too. For readers that need aligned tensors, give the widest types first.
package struct SafetensorsWriter: ~Copyable {
  /// A tensor to be written.
  package struct Entry: Sendable, Equatable {
    /// The tensor's name; `__metadata__` is none.
    package let name: String
    /// The type of its elements.
    package let type: TensorType
    /// Its sizes, the slowest first.
    package let shape: [Int]

    /// A tensor of this name, type and shape.
    package init(name: String, type: TensorType, shape: [Int]) {
      self.name = name
      self.type = type
      self.shape = shape
    }
  }

  private let file: AtomicFile
  private var remaining: Int

  /// Creates the temporary file and writes the header.
  ///
  /// - Throws: ``CheckpointError``: `cannotWrite`, or `malformedTensor` and `malformedHeader` for
  ///   entries that ``SafetensorsHeader`` would not read back.
  package init(
    url: URL, metadata: [String: String], entries: [Entry]
  ) throws(CheckpointError) {
    let path = url.path(percentEncoded: false)
    let plan = try Self.plan(metadata: metadata, entries: entries, file: path)
    // The reader's own checks hold for what is written: names once, sizes within limits.
    _ = try SafetensorsHeader(
      parsing: plan.header, fileSize: plan.header.count + plan.dataSize, file: path)
    file = try Self.writing(path) { () throws(SystemFailure) in
      let file = try AtomicFile(replacing: path)
      try file.write(plan.header)
      return file
    }
    remaining = plan.dataSize
  }

  /// Writes the next bytes of the tensors' data; a call may end anywhere, also inside a tensor.
  ///
  /// - Throws: ``CheckpointError/cannotWrite(file:reason:)``, also for more bytes than the entries
  ///   have.
  package mutating func append(_ bytes: [UInt8]) throws(CheckpointError) {
    guard bytes.count <= remaining else {
      throw .cannotWrite(
        file: file.path, reason: "\(bytes.count) bytes are given where \(remaining) remain")
    }
    try Self.writing(file.path) { () throws(SystemFailure) in try file.write(bytes) }
    remaining -= bytes.count
  }

  /// Puts the complete file in its place, on the disk.
  ///
  /// - Throws: ``CheckpointError/cannotWrite(file:reason:)``, also when bytes are missing.
  package consuming func finish() throws(CheckpointError) {
    guard remaining == 0 else {
      throw .cannotWrite(file: file.path, reason: "\(remaining) bytes of tensors are missing")
    }
    try Self.writing(file.path) { () throws(SystemFailure) in try file.commit() }
  }

  private static func writing<Value>(
    _ path: String, _ body: () throws(SystemFailure) -> Value
  ) throws(CheckpointError) -> Value {
    do {
      return try body()
    } catch {
      throw .cannotWrite(file: path, reason: error.reason)
    }
  }
}

extension SafetensorsWriter {
  private struct Plan {
    let header: [UInt8]
    let dataSize: Int
  }

  private static func plan(
    metadata: [String: String], entries: [Entry], file: String
  ) throws(CheckpointError) -> Plan {
    var members: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key < $1.key }.map { "\(json($0.key)):\(json($0.value))" }
      members.append("\(json(SafetensorsHeader.metadataKey)):{\(texts.joined(separator: ","))}")
    }
    var offset = 0
    for entry in entries {
      guard entry.name != SafetensorsHeader.metadataKey,
        let elements = TensorDescription.elementCount(shape: entry.shape),
        let byteCount = entry.type.byteCount(elements: elements),
        case let (end, overflow) = offset.addingReportingOverflow(byteCount), !overflow
      else {
        throw .cannotWrite(
          file: file,
          reason: "a tensor \(quoted(entry.name)) of \(entry.type.rawValue) \(entry.shape) "
            + "has no place in a safetensors file")
      }
      let shape = entry.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(json(entry.name)):{\"dtype\":\"\(entry.type.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    let text = Array("{\(members.joined(separator: ","))}".utf8)
    // Padded so that the data starts at a multiple of 8.
    let length = (text.count + 7) / 8 * 8
    let prefix = littleEndian(length)
    let padding = [UInt8](repeating: UInt8(ascii: " "), count: length - text.count)
    guard !(prefix.count + length).addingReportingOverflow(offset).overflow else {
      throw .cannotWrite(file: file, reason: "its size overflows")
    }
    return Plan(header: prefix + text + padding, dataSize: offset)
  }

  private static func json(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\":
        result += "\\\(scalar)"
      case "\u{0}"..<" ":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default:
        result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
