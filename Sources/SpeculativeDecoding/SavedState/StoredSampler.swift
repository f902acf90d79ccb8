import DecodingCore

/// What a saved generation says of its sampler: keys with 64 bits each, a number as those of an
/// f64. An option that is off has no entry. A key that is not known is refused, since the output
/// would be another without it.
struct StoredSampler: Equatable {
  /// A key and its value.
  struct Field: Equatable {
    let key: UInt32
    let value: UInt64
  }

  private enum Key: UInt32, CaseIterable {
    case temperature = 1
    case seed = 2
    case topK = 3
    case topP = 4
    case minP = 5
    case validUTF8 = 6
  }

  private(set) var sampling = SamplingOptions()
  private(set) var keepsValidUTF8 = false

  init(_ state: DecodingState) {
    sampling = state.sampling
    keepsValidUTF8 = state.keepsValidUTF8
  }

  /// All options that are on; temperature and seed always are.
  var fields: [Field] {
    Key.allCases.compactMap { key in
      let value: UInt64? =
        switch key {
        case .temperature: sampling.temperature.bitPattern
        case .seed: sampling.seed
        case .topK: sampling.topK.map { UInt64($0) }
        case .topP: sampling.topP.map(\.bitPattern)
        case .minP: sampling.minP.map(\.bitPattern)
        case .validUTF8: keepsValidUTF8 ? 1 : nil
        }
      return value.map { Field(key: key.rawValue, value: $0) }
    }
  }

  /// Options that were stored.
  init(_ fields: [Field]) throws(SavedStateError) {
    var unseen = Set(Key.allCases)
    for field in fields {
      guard let key = Key(rawValue: field.key), unseen.remove(key) != nil else {
        throw .invalidField(
          name: "sampler option", value: "key \(field.key)",
          expected: "a key that this program knows, once")
      }
      try set(key, to: field.value)
    }
    guard unseen.isDisjoint(with: [.temperature, .seed]) else {
      throw .invalidField(
        name: "sampler", value: "incomplete", expected: "one with temperature and seed")
    }
    do {
      try sampling.validate()
    } catch {
      throw .invalidField(name: "sampler", value: "out of range", expected: "valid: \(error)")
    }
  }

  private mutating func set(_ key: Key, to value: UInt64) throws(SavedStateError) {
    switch key {
    case .temperature: sampling.temperature = Double(bitPattern: value)
    case .seed: sampling.seed = value
    case .topK: sampling.topK = Int(clamping: value)
    case .topP: sampling.topP = Double(bitPattern: value)
    case .minP: sampling.minP = Double(bitPattern: value)
    case .validUTF8:
      guard value == 1 else {
        throw .invalidField(name: "valid UTF-8", value: "\(value)", expected: "1, or left out")
      }
      keepsValidUTF8 = true
    }
  }
}
