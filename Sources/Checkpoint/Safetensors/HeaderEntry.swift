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
    var (typeName, shape, offsets): (String?, [Int]?, [Int]?)
    try scanner.object(ofTensor: name) { (scanner, key) throws(CheckpointError) in
      switch key {
      case "dtype": typeName = try scanner.string()
      case "shape": shape = try scanner.integers()
      case "data_offsets": offsets = try scanner.integers()
      default:
        throw .malformedTensor(
          file: file, tensor: name, field: "a key", found: quoted(key),
          expected: "dtype, shape or data_offsets")
      }
    }
    func malformed(_ field: String, _ found: String, _ expected: String) -> CheckpointError {
      .malformedTensor(file: file, tensor: name, field: field, found: found, expected: expected)
    }
    guard let typeName else { throw malformed("dtype", "missing", "an element type") }
    guard let type = TensorType(rawValue: typeName) else {
      throw .unsupportedType(
        file: file, tensor: name, found: quoted(typeName), expected: "a type of safetensors")
    }
    guard let shape else { throw malformed("shape", "missing", "sizes") }
    guard let elementCount = TensorDescription.elementCount(shape: shape),
      shape.allSatisfy({ $0 <= SafetensorsHeader.maximumSize }),
      let byteCount = type.byteCount(elements: elementCount)
    else {
      throw malformed("shape", "\(shape)", "sizes under 2^48 that make whole bytes and fit")
    }
    guard let offsets else { throw malformed("data_offsets", "missing", "two offsets") }
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

/// A strict reader of the small part of JSON that a safetensors header may hold.
///
/// No key may occur twice in an object, and the grammar has a fixed depth.
struct HeaderScanner {
  private var json: JSONScanner
  private let file: String
  /// The tensor whose entry is being read; errors name it.
  private var tensor: String?

  /// Reads `bytes`, the start of `file`, from `start` on.
  init(bytes: [UInt8], from start: Int, file: String) {
    json = JSONScanner(bytes: bytes, from: start, name: "the header")
    self.file = file
  }

  /// Reads an object and hands each key over when its value is next; errors in it name a tensor.
  mutating func object(
    ofTensor name: String? = nil,
    _ member: (inout HeaderScanner, String) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    tensor = name
    defer { tensor = nil }
    var keys: Set<String> = []
    while let key = try key(isFirst: keys.isEmpty) {
      guard keys.insert(key).inserted else {
        throw malformed(
          json.fault(found: "a second key \(quoted(key))", expected: "each key once"))
      }
      try member(&self, key)
    }
  }

  /// Reads an array of integers.
  mutating func integers() throws(CheckpointError) -> [Int] {
    try reading { json throws(JSONFault) in
      var result: [Int] = []
      try json.expect(UInt8(ascii: "["))
      json.skipWhitespace()
      if json.take(UInt8(ascii: "]")) { return result }
      repeat {
        json.skipWhitespace()
        result.append(try json.integer())
        json.skipWhitespace()
      } while json.take(UInt8(ascii: ","))
      try json.expect(UInt8(ascii: "]"))
      return result
    }
  }

  /// Reads a string with its escapes resolved.
  mutating func string() throws(CheckpointError) -> String {
    try reading { json throws(JSONFault) in try json.string() }
  }

  /// Checks that nothing follows but the spaces that the format allows as padding.
  mutating func end() throws(CheckpointError) {
    while json.take(UInt8(ascii: " ")) {}
    guard json.position == json.bytes.count else {
      throw malformed(json.fault(expected: "spaces up to the header's end"))
    }
  }

  private mutating func key(isFirst: Bool) throws(CheckpointError) -> String? {
    try reading { json throws(JSONFault) in try json.key(isFirst: isFirst) }
  }

  private mutating func reading<Value>(
    _ body: (inout JSONScanner) throws(JSONFault) -> Value
  ) throws(CheckpointError) -> Value {
    do {
      return try body(&json)
    } catch {
      throw malformed(error)
    }
  }

  private func malformed(_ fault: JSONFault) -> CheckpointError {
    let field = "byte \(fault.position) of the file"
    guard let tensor else {
      return .malformedHeader(
        file: file, field: field, found: fault.found, expected: fault.expected)
    }
    return .malformedTensor(
      file: file, tensor: tensor, field: field, found: fault.found, expected: fault.expected)
  }
}
