import DecodingCore
import Mamba
import TestSupport

extension VerifierSession {
  /// Verifies a window and returns the bits of the logits after each of its bytes.
  mutating func verified(_ window: [UInt8]) throws -> [Bits] {
    try verify(window)
    var logits = [Float](repeating: .nan, count: 256)
    return try window.indices.map { index in
      try copyLogits(after: index, into: &logits)
      return Bits(logits)
    }
  }

  /// The same; all of the window stands.
  mutating func accepted(_ window: [UInt8]) throws -> [Bits] {
    let logits = try verified(window)
    rollBack(toFirst: window.count)
    return logits
  }

  /// The same, one byte at a time.
  mutating func stepped(_ bytes: [UInt8]) throws -> [Bits] {
    try bytes.flatMap { try accepted([$0]) }
  }
}

extension MambaState {
  /// The whole state.
  var bits: Bits { Bits(bitPatterns) }
}
