import SpecDecodePlatform

/// One tensor's entry in a safetensors header, checked by itself.
struct HeaderEntry {
  let name: String
  let type: TensorType
  let shape: [Int]
  let elementCount: Int
  /// Offsets from the first byte after the header.
  let begin: Int
  let end: Int

  /// Reads the entry, whose name has been read.
  init(
    named name: String, from scanner: inout HeaderScanner, file: String
  ) throws(CheckpointError) {
    var fields = Fields()
    try scanner.object(ofTensor: name) { (scanner, key) throws(CheckpointError) in
      switch key {
      case "dtype": fields.type = try scanner.string()
      case "shape": fields.shape = try scanner.integers()
      case "data_offsets": fields.offsets = try scanner.integers()
      default:
        throw .malformedTensor(
          file: file, tensor: name, field: "a key", found: quoted(key),
          expected: "dtype, shape or data_offsets")
      }
    }
    try self.init(fields, named: name, file: file)
  }

  private struct Fields {
    var type: String?
    var shape: [Int]?
    var offsets: [Int]?
  }

  private init(_ fields: Fields, named name: String, file: String) throws(CheckpointError) {
    func malformed(_ field: String, _ found: String, _ expected: String) -> CheckpointError {
      .malformedTensor(file: file, tensor: name, field: field, found: found, expected: expected)
    }
    guard let typeName = fields.type else {
      throw malformed("dtype", "missing", "an element type")
    }
    guard let type = TensorType(rawValue: typeName) else {
      throw .unsupportedType(
        file: file, tensor: name, found: quoted(typeName), expected: "a type of safetensors")
    }
    guard let shape = fields.shape else { throw malformed("shape", "missing", "sizes") }
    guard let elementCount = TensorDescription.elementCount(shape: shape),
      shape.allSatisfy({ $0 <= SafetensorsHeader.maximumSize }),
      let byteCount = type.byteCount(elements: elementCount)
    else {
      throw malformed("shape", "\(shape)", "sizes under 2^48 that make whole bytes and fit")
    }
    guard let offsets = fields.offsets else {
      throw malformed("data_offsets", "missing", "two offsets")
    }
    guard offsets.count == 2, offsets[1] - offsets[0] == byteCount else {
      throw malformed(
        "data_offsets", "\(offsets)",
        "two offsets \(byteCount) apart, as \(typeName) \(shape) needs")
    }
    self.name = name
    self.type = type
    self.shape = shape
    self.elementCount = elementCount
    begin = offsets[0]
    end = offsets[1]
  }

  /// The description of the tensor in a file whose data begins at `dataStart` and holds it.
  func description(dataStart: Int, file: String) -> TensorDescription {
    TensorDescription(
      name: name, type: type, shape: shape, file: file,
      fileRange: dataStart + begin..<dataStart + end, elementCount: elementCount)
  }
}
