import DecodingCore
import Mamba
import MambaDevices

/// Reads tokens and tells how many bits each of them took to predict.
struct TokenScorer {
  /// Logits of a window, at most: results do not depend on it.
  private static let logitLimit = 4 << 20

  /// 1 / ln 2.
  private static let bitsPerNat = 1.4426950408889634

  private let session: MambaSession
  private let empty: MambaState
  private let opening: Int
  /// Read, but not yet by the model: the next token is predicted after it.
  private var last: Int
  private var logits: [Float]

  /// A scorer that has read an opening token.
  init(_ model: MambaModel, opening: Int) {
    let size = model.configuration.vocabularySize
    session = MambaSession(
      model: model, windowLimit: min(max(Self.logitLimit / max(size, 1), 1), 256))
    empty = session.state
    self.opening = opening
    last = opening
    logits = Array(repeating: 0, count: size)
  }

  /// The most tokens of one call.
  var windowLimit: Int { session.windowLimit }

  /// Forgets all but the opening.
  mutating func restart() {
    session.restore(empty)
    last = opening
  }

  /// Reads tokens, at most `windowLimit`, and returns the bits of each.
  ///
  /// - Throws: `DecodingError.nonFiniteLogit`.
  mutating func bits(of tokens: ArraySlice<Int>) throws(DecodingError) -> [Double] {
    guard let next = tokens.last else { return [] }
    let window = [last] + tokens.dropLast()
    session.computeLogits(of: window)
    var bits: [Double] = []
    for (row, token) in tokens.enumerated() {
      do {
        try session.checkLogits(after: row)
      } catch {
        throw DecodingError(error, model: "model")
      }
      session.copyLogits(after: row, into: &logits)
      // Shards add up to what one run gives on any processors: the C library's functions differ.
      bits.append(-LogSoftmax.value(of: token, in: logits) * Self.bitsPerNat)
    }
    session.rollBack(toFirst: window.count)
    last = next
    return bits
  }
}
