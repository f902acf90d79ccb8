import Checkpoint
import Foundation
import TestSupport
import Testing

/// A checkpoint with these tensors, in this order.
private func checkpoint(
  _ tensors: [(name: String, type: String, shape: [Int], data: [UInt8])]
) throws -> (TemporaryDirectory, CheckpointDirectory) {
  var offset = 0
  let entries = tensors.map { tensor in
    defer { offset += tensor.data.count }
    return entry(tensor.name, tensor.type, tensor.shape, offset, offset + tensor.data.count)
  }
  let directory = try TemporaryDirectory(
    weights: safetensors(
      "{\(entries.joined(separator: ","))}", data: tensors.flatMap(\.data)))
  return (directory, try CheckpointDirectory(contentsOf: directory.url))
}

@Suite struct CheckpointReadingTests {
  @Test func `a part of a tensor replaces the buffer`() throws {
    let (_, files) = try checkpoint([("t", "U8", [2, 4], [0, 1, 2, 3, 4, 5, 6, 7])])
    let tensor = try files.tensor(named: "t")
    var buffer: [UInt8] = [9, 9, 9]
    try files.read(tensor, bytes: 2..<7, into: &buffer)
    #expect(buffer == [2, 3, 4, 5, 6])
    try files.read(tensor, bytes: 6..<8, into: &buffer)
    #expect(buffer == [6, 7])
    try files.read(tensor, bytes: 8..<8, into: &buffer)
    #expect(buffer == [])
  }

  @Test(arguments: [-4..<0, 0..<12, 8..<12, 1..<5, 4..<6, 0..<Int.max, Int.min..<4])
  func `bytes that are not whole elements of the tensor are a typed error`(
    bytes: Range<Int>
  ) throws {
    let (_, files) = try checkpoint([("t", "F32", [2], littleEndian([1, 2]))])
    let tensor = try files.tensor(named: "t")
    var buffer: [UInt8] = [1]
    let error = checkpointError { () throws(CheckpointError) in
      try files.read(tensor, bytes: bytes, into: &buffer)
    }
    #expect(
      error == .outOfBounds(file: tensor.file, tensor: "t", bytes: bytes, byteCount: 8))
    #expect(buffer.isEmpty)
  }

  @Test func `a tensor of another checkpoint is a typed error`() throws {
    let (_, one) = try checkpoint([("t", "U8", [1], [0])])
    let (_, other) = try checkpoint([("t", "U8", [1], [0])])
    let foreign = try other.tensor(named: "t")
    var buffer: [UInt8] = []
    let error = checkpointError { () throws(CheckpointError) in
      try one.read(foreign, bytes: 0..<1, into: &buffer)
    }
    #expect(error?.name == "missingTensor")
  }

  @Test func `a file that is written to after it was opened is a typed error`() throws {
    let directory = try TemporaryDirectory(weights: safetensors("t", "U8", [4], [1, 2, 3, 4]))
    let checkpoint = try CheckpointDirectory(contentsOf: directory.url)
    let tensor = try checkpoint.tensor(named: "t")
    var buffer: [UInt8] = []
    try checkpoint.read(tensor, bytes: 0..<4, into: &buffer)
    let file = directory.url.appending(path: "model.safetensors")
    let handle = try FileHandle(forWritingTo: file)
    try handle.seek(toOffset: UInt64(tensor.fileRange.lowerBound))
    try handle.write(contentsOf: Data([9, 9, 9, 9]))
    try handle.close()
    // The clock of a file system may not have moved on.
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 7)], ofItemAtPath: tensor.file)
    let error = checkpointError { () throws(CheckpointError) in
      try checkpoint.read(tensor, bytes: 0..<4, into: &buffer)
    }
    #expect(error?.name == "notReadable")
    #expect(error?.description.contains("written to") == true)
    #expect(buffer.isEmpty)
  }

  @Test func `a file that shrinks after it was opened is a typed error`() throws {
    let data = [UInt8](repeating: 1, count: 100)
    let (directory, files) = try checkpoint([("t", "U8", [100], data)])
    let tensor = try files.tensor(named: "t")
    let handle = try FileHandle(
      forWritingTo: directory.url.appending(path: "model.safetensors"))
    try handle.truncate(atOffset: UInt64(tensor.fileRange.upperBound - 30))
    try handle.close()
    var buffer: [UInt8] = []
    let error = checkpointError { () throws(CheckpointError) in
      try files.read(tensor, bytes: 10..<100, into: &buffer)
    }
    #expect(error == .truncated(file: tensor.file, tensor: "t", expected: 90, found: 60))
    #expect(buffer.isEmpty)
    // What is left may be another's.
    let size = tensor.fileRange.upperBound
    let rest = checkpointError { () throws(CheckpointError) in
      try files.read(tensor, bytes: 0..<70, into: &buffer)
    }
    #expect(rest == .truncated(file: tensor.file, tensor: "t", expected: size, found: size - 30))
  }

  @Test func `a file that is replaced after it was opened is still the one opened`() throws {
    let (directory, files) = try checkpoint([("t", "U8", [1], [7])])
    try FileManager.default.removeItem(at: directory.url.appending(path: "model.safetensors"))
    try directory.write(safetensors("t", "U8", [1], [8]), to: "model.safetensors")
    var buffer: [UInt8] = []
    try files.read(files.tensor(named: "t"), bytes: 0..<1, into: &buffer)
    #expect(buffer == [7])
  }

  @Test(arguments: ["F32", "F16", "BF16"], [0, 1, 2, 3, 4, 6, 7, 8, 10])
  func `a value that is not finite is a typed error that names the element`(
    type: String, element: Int
  ) throws {
    let patterns: [String: [UInt32]] = [
      "F32": [0x7F80_0000, 0xFF80_0000, 0x7FC0_0000, 0x7F80_0001, 0xFFFF_FFFF],
      "F16": [0x7C00, 0xFC00, 0x7E00, 0x7C01, 0xFFFF],
      "BF16": [0x7F80, 0xFF80, 0x7FC0, 0x7F81, 0xFFFF],
    ]
    let size = type == "F32" ? 4 : 2
    for pattern in try #require(patterns[type]) {
      var data = [UInt8](repeating: 0, count: 11 * size)
      data.replaceSubrange(
        element * size..<(element + 1) * size, with: littleEndian(pattern)[..<size])
      let (_, files) = try checkpoint([("t", type, [11], data)])
      let tensor = try files.tensor(named: "t")
      let error = checkpointError { () throws(CheckpointError) in try files.floats(tensor) }
      #expect(error == .notFinite(file: tensor.file, tensor: "t", element: element))
      var buffer: [UInt8] = []
      let start = element / 2
      let partial = checkpointError { () throws(CheckpointError) in
        try files.read(tensor, bytes: start * size..<11 * size, into: &buffer)
      }
      #expect(partial == error)
      #expect(buffer.isEmpty)
    }
  }

  @Test(arguments: [
    ("F32", [0x7F7F_FFFF, 0xFF7F_FFFF, 1, 0x8000_0000] as [UInt32]),
    ("F16", [0x7BFF, 0xFBFF, 1, 0x8000]), ("BF16", [0x7F7F, 0xFF7F, 1, 0x8000]),
  ])
  func `the largest and smallest finite values are read exactly`(
    type: String, patterns: [UInt32]
  ) throws {
    let size = type == "F32" ? 4 : 2
    let (_, files) = try checkpoint([
      ("t", type, [2, 2], patterns.flatMap { littleEndian($0)[..<size] })
    ])
    let expected = patterns.map { bits in
      switch type {
      case "F32": Float(bitPattern: bits)
      case "F16": FloatConversion.float(half: UInt16(bits))
      default: FloatConversion.float(bfloat16: UInt16(bits))
      }
    }
    let found = try files.floats(files.tensor(named: "t"))
    #expect(found.map(\.bitPattern) == expected.map(\.bitPattern))
  }

  @Test func `a tensor over several pieces is read whole`() throws {
    let values = (0..<600_000).map { Float($0) }
    let (_, files) = try checkpoint([
      ("odd", "U8", [3], [1, 2, 3]), ("t", "F32", [600_000], littleEndian(values)),
    ])
    #expect(try files.floats(files.tensor(named: "t")) == values)
  }

  @Test(arguments: ["U8", "I32", "F64", "BOOL", "F8_E4M3"])
  func `a type without a conversion is a typed error`(type: String) throws {
    let (_, files) = try checkpoint([("t", type, [0], [])])
    let tensor = try files.tensor(named: "t")
    let error = checkpointError { () throws(CheckpointError) in try files.floats(tensor) }
    #expect(error?.name == "unsupportedType")
    #expect(error?.description.contains(type) == true)
  }
}

@Suite struct QuantizedReadingTests {
  @Test func `an integer matrix is multiplied by the scale of its row`() throws {
    let (_, files) = try checkpoint([
      ("w", "I8", [2, 3], [1, 0xFF, 127, 0x80, 0, 2]),
      ("w_scale", "F32", [2], littleEndian([0.5, 0.1])),
    ])
    let tensor = try files.tensor(named: "w")
    #expect(try files.scales(of: tensor) == [0.5, 0.1])
    #expect(
      try files.floats(tensor)
        == [0.5, -0.5, 63.5, -128 * (0.1 as Float), 0, 2 * (0.1 as Float)])
    #expect(files.tensors.keys.sorted() == ["w", "w_scale"])
  }

  @Test func `rows that cross pieces keep their scales`() throws {
    let rows = 700
    let columns = 3_001
    let data = (0..<rows * columns).map { UInt8(truncatingIfNeeded: $0) }
    let (_, files) = try checkpoint([
      ("w", "I8", [rows, columns], data),
      ("w_scale", "F32", [rows], littleEndian((0..<rows).map { Float($0) })),
    ])
    let found = try files.floats(files.tensor(named: "w"))
    let wrong = found.indices.first { i in
      found[i] != Float(Int8(bitPattern: data[i])) * Float(i / columns)
    }
    #expect(found.count == rows * columns)
    #expect(wrong == nil)
  }

  @Test func `an empty matrix and a scalar have scales`() throws {
    let (_, files) = try checkpoint([
      ("e", "I8", [2, 0], []), ("e_scale", "F32", [2], littleEndian([1, 1])),
      ("n", "I8", [0, 2], []), ("n_scale", "F32", [0], []),
      ("s", "I8", [], [3]), ("s_scale", "F32", [], littleEndian([2])),
    ])
    #expect(try files.floats(files.tensor(named: "e")) == [])
    #expect(try files.floats(files.tensor(named: "n")) == [])
    #expect(try files.floats(files.tensor(named: "s")) == [6])
  }

  @Test(arguments: [
    ("w_scale", "F32", [2], [1, Float.infinity], "notFinite"),
    ("w_scale", "F32", [2], [1, .nan], "notFinite"),
    ("w_scale", "F32", [2], [1, .greatestFiniteMagnitude], "notFinite"),
    ("w_scale", "F32", [1], [1], "unexpectedShape"),
    ("w_scale", "F32", [2, 1], [1, 1], "unexpectedShape"),
    ("w_scale", "I32", [2], [1, 1], "unsupportedType"),
    ("v_scale", "F32", [2], [1, 1], "missingTensor"),
  ])
  func `scales that do not fit are a typed error`(
    name: String, type: String, shape: [Int], values: [Float], error: String
  ) throws {
    let (_, files) = try checkpoint([
      ("w", "I8", [2, 1], [1, 2]), (name, type, shape, littleEndian(values)),
    ])
    let tensor = try files.tensor(named: "w")
    let found = checkpointError { () throws(CheckpointError) in try files.floats(tensor) }
    #expect(found?.name == error)
    #expect(found?.description.contains("w_scale") == true)
  }

  @Test func `only an integer matrix has scales`() throws {
    let (_, files) = try checkpoint([("w", "F32", [1], littleEndian([1]))])
    let tensor = try files.tensor(named: "w")
    let error = checkpointError { () throws(CheckpointError) in try files.scales(of: tensor) }
    #expect(error?.name == "unsupportedType")
  }
}
