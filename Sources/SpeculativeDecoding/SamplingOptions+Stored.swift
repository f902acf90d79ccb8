import DecodingCore

/// Sampler options as a saved generation has them: each a key and 64 bits, a number as those of an
/// f64. An option that is off has no entry. A key that is not known is refused, since the output
/// would be another without it.
extension SamplingOptions {
  /// A key and its value.
  struct StoredField: Equatable {
    let key: UInt32
    let value: UInt64
  }

  private enum Key: UInt32, CaseIterable {
    case temperature = 1
    case seed = 2
    case topK = 3
    case topP = 4
    case minP = 5
  }

  /// All options that are on; temperature and seed always are.
  var stored: [StoredField] {
    Key.allCases.compactMap { key in
      let value: UInt64? =
        switch key {
        case .temperature: temperature.bitPattern
        case .seed: seed
        case .topK: topK.map { UInt64($0) }
        case .topP: topP.map(\.bitPattern)
        case .minP: minP.map(\.bitPattern)
        }
      return value.map { StoredField(key: key.rawValue, value: $0) }
    }
  }

  /// Options that were stored.
  init(stored fields: [StoredField]) throws(SavedStateError) {
    var options = SamplingOptions()
    var unseen = Set(Key.allCases)
    for field in fields {
      guard let key = Key(rawValue: field.key), unseen.remove(key) != nil else {
        throw .invalidField(
          name: "sampler option", value: "key \(field.key)",
          expected: "a key that this program knows, once")
      }
      switch key {
      case .temperature: options.temperature = Double(bitPattern: field.value)
      case .seed: options.seed = field.value
      case .topK: options.topK = Int(clamping: field.value)
      case .topP: options.topP = Double(bitPattern: field.value)
      case .minP: options.minP = Double(bitPattern: field.value)
      }
    }
    guard unseen.isDisjoint(with: [.temperature, .seed]) else {
      throw .invalidField(
        name: "sampler", value: "incomplete", expected: "one with temperature and seed")
    }
    do {
      try options.validate()
    } catch {
      throw .invalidField(name: "sampler", value: "out of range", expected: "valid: \(error)")
    }
    self = options
  }
}
