package import SpeculativeDecoding

extension Acceptance {
  /// Name and parameters in one word: `exact`, `rejection`, `top-beta:3`, `top-beta:3:boundary`.
  package var spelling: String {
    guard case .topBeta(let beta, let resync) = self else { return name }
    return "\(name):\(beta)" + (resync == .none ? "" : ":\(resync.rawValue)")
  }

  /// All spellings, for messages.
  package static let spellings = "exact, rejection, top-beta:N or top-beta:N:boundary"

  /// Reads a spelling; nil for anything else. `top-beta` alone is that of the paper, with 3 bytes.
  package init?(spelling text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    switch (parts[0], parts.count) {
    case ("exact", 1): self = .exact
    case ("rejection", 1): self = .rejection
    case ("top-beta", 1): self = .topBeta(beta: 3)
    case ("top-beta", 2...3):
      guard let beta = Int(parts[1]), (1...256).contains(beta),
        let resync = parts.count == 3 ? Resync(rawValue: parts[2]) : Resync.none
      else { return nil }
      self = .topBeta(beta: beta, resync: resync)
    default: return nil
    }
  }
}

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
