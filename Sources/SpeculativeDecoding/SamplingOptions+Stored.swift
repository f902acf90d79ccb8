import DecodingCore

/// Sampler options as a saved generation has them: each a key and 64 bits. A key that is not known
/// is refused, since the output would be another without it.
extension SamplingOptions {
  /// A key and its value.
  struct StoredField: Equatable {
    let key: UInt32
    let value: UInt64
  }

  private enum Key: UInt32, CaseIterable {
    case temperature = 1
    case seed = 2
  }

  /// All options; numbers as the bits of an f64.
  var stored: [StoredField] {
    Key.allCases.map { key in
      let value =
        switch key {
        case .temperature: temperature.bitPattern
        case .seed: seed
        }
      return StoredField(key: key.rawValue, value: value)
    }
  }

  /// Options that were stored; each must be there, once.
  init(stored fields: [StoredField]) throws(SavedStateError) {
    var options = SamplingOptions()
    var missing = Set(Key.allCases)
    for field in fields {
      guard let key = Key(rawValue: field.key), missing.remove(key) != nil else {
        throw .invalidField(
          name: "sampler option", value: "key \(field.key)",
          expected: "a key that this program knows, once")
      }
      switch key {
      case .temperature: options.temperature = Double(bitPattern: field.value)
      case .seed: options.seed = field.value
      }
    }
    guard missing.isEmpty else {
      throw .invalidField(
        name: "sampler",
        value: "without \(missing.map { "\($0)" }.sorted().joined(separator: ", "))",
        expected: "complete")
    }
    do {
      try options.validate()
    } catch {
      throw .invalidField(name: "sampler", value: "out of range", expected: "valid: \(error)")
    }
    self = options
  }
}
