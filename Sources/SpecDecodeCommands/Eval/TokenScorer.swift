import DecodingCore
import Mamba
import MambaDevices
import SpecDecodePlatform

/// Reads texts token by token, some of them in each pass, and tells how many bits each token took to
/// predict.
struct TokenScorer {
  /// Logits of a pass, at most: results do not depend on it.
  private static let logitLimit = 4 << 20
  /// Texts at a time, at most: so many short ones fill a pass. Fewer where memory is not known.
  private static let (readingLimit, cautiousLimit) = (16, 4)

  /// 1 / ln 2.
  private static let bitsPerNat = 1.4426950408889634

  /// A text that is being read.
  struct Reading {
    fileprivate let session: MambaSession
    /// Read, but not yet by the model: the next token is predicted after it.
    var last: Int
  }

  /// The most texts at a time: as many as fit in memory, at least one.
  let readingLimit: Int
  /// The most tokens of a pass.
  let positionLimit: Int

  private let model: MambaModel
  private let opening: Int
  /// Has read nothing.
  private let empty: MambaSession
  private var unused: [MambaSession]
  private var logits: [Float]

  init(_ model: MambaModel, opening: Int) {
    self.model = model
    self.opening = opening
    let size = model.configuration.vocabularySize
    let first = MambaSession(
      model: model, windowLimit: min(max(Self.logitLimit / max(size, 1), 1), 256))
    positionLimit = first.windowLimit
    unused = [first]
    empty = MambaSession(model: model, windowLimit: 1)
    logits = Array(repeating: 0, count: size)
    readingLimit =
      first.memory.map { memory in
        min(max(MemoryLimit.current.byteCount / 2 / memory.states, 1), Self.readingLimit)
      } ?? Self.cautiousLimit
  }

  /// Begins a text, after an opening token.
  mutating func begin() -> Reading {
    let session = unused.popLast() ?? MambaSession(model: model, windowLimit: positionLimit)
    session.copyState(of: empty)
    return Reading(session: session, last: opening)
  }

  /// Ends it.
  mutating func end(_ reading: Reading) {
    unused.append(reading.session)
  }

  /// Reads on in one pass.
  ///
  /// - Parameter parts: different readings with a token or more each, at most `positionLimit` in all.
  /// - Returns: the bits of each token.
  /// - Throws: `DecodingError.nonFiniteLogit`.
  mutating func bits(
    of parts: [(reading: Reading, tokens: ArraySlice<Int>)]
  ) throws(DecodingError) -> [[Double]] {
    MambaSession.run(
      parts.map { ($0.reading.session, [$0.reading.last] + $0.tokens.dropLast(), false) })
    var bits: [[Double]] = []
    for part in parts { bits.append(try self.bits(of: part.reading.session, part.tokens)) }
    // All that shared a pass settle before the next.
    for part in parts { part.reading.session.rollBack(toFirst: part.tokens.count) }
    return bits
  }

  private mutating func bits(
    of session: MambaSession, _ window: ArraySlice<Int>
  ) throws(DecodingError) -> [Double] {
    var bits: [Double] = []
    for (row, token) in window.enumerated() {
      do {
        try session.checkLogits(after: row)
      } catch {
        throw DecodingError(error, model: "model")
      }
      session.copyLogits(after: row, into: &logits)
      // Shards add up to what one run gives on any processors: the C library's functions differ.
      bits.append(-LogSoftmax.value(of: token, in: logits) * Self.bitsPerNat)
    }
    return bits
  }
}
