package import SpeculativeDecoding

/// A number of tokens, or `"auto"`.
extension DraftLength: Codable {
  /// Reads a number of at least 0, or `"auto"`.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let count = try? container.decode(Int.self), count >= 0 {
      self = .tokens(count)
    } else if try container.decode(String.self) == "auto" {
      self = .automatic
    } else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "neither auto nor a number of at least 0")
    }
  }

  /// Writes a number, or `"auto"`.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .automatic: try container.encode("auto")
    case .tokens(let count): try container.encode(count)
    }
  }
}

extension DraftLength {
  /// Reads a number of at least 0, or `auto`; nil for anything else.
  package init?(spelling text: String) {
    if text == "auto" {
      self = .automatic
    } else if let count = Int(text), count >= 0 {
      self = .tokens(count)
    } else {
      return nil
    }
  }
}
