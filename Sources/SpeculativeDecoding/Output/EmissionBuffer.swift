/// Stands between the rounds of a generation and whoever reads its output: holds bytes back that
/// may be the beginning of a stop text, and passes on every other at once.
struct EmissionBuffer {
  /// What has been passed on.
  private(set) var output: [UInt8] = []

  /// Of the bytes of `output`, if they are recorded.
  private(set) var logProbabilities: [ByteLogProbability] = []

  /// Rounds that have not been passed on whole, from `start` on; what is left of the first.
  private var held: [DecodedBytes] = []
  private var start = 0
  private var heldCount = 0

  /// What is held back.
  var heldBytes: [UInt8] { held[start...].flatMap(\.bytes) }

  /// Takes the bytes of a round and passes on all but the last `count` of those it has.
  ///
  /// - Parameter emit: called with what each round has to pass on.
  mutating func append(_ decoded: DecodedBytes, holding count: Int, emit: (DecodedBytes) -> Void) {
    if heldCount == 0, count == 0 { return pass(decoded, to: emit) }
    held.append(decoded)
    heldCount += decoded.bytes.count
    release(heldCount - count, emit: emit)
  }

  /// Passes on the first `count` bytes that are held.
  mutating func release(_ count: Int, emit: (DecodedBytes) -> Void) {
    var rest = count
    while rest > 0, start < held.count {
      let round = held[start]
      if round.bytes.count <= rest {
        start += 1
      } else {
        held[start] = round.suffix(from: rest)
      }
      let part = round.prefix(rest)
      rest -= part.bytes.count
      heldCount -= part.bytes.count
      pass(part, to: emit)
    }
    // Half of it at a time, so that a round is moved once on average.
    if start > held.count / 2 {
      held.removeFirst(start)
      start = 0
    }
  }

  /// Passes on all that is held but the last `count` bytes.
  mutating func finish(withholding count: Int, emit: (DecodedBytes) -> Void) {
    release(heldCount - count, emit: emit)
  }

  private mutating func pass(_ decoded: DecodedBytes, to emit: (DecodedBytes) -> Void) {
    output += decoded.bytes
    logProbabilities += decoded.logProbabilities
    emit(decoded)
  }
}

extension DecodedBytes {
  /// The first `count` bytes, all of them if there are no more; the drafted tokens go with them.
  func prefix(_ count: Int) -> DecodedBytes {
    guard count < bytes.count else { return self }
    return DecodedBytes(
      bytes: Array(bytes[..<count]), acceptedCount: min(acceptedCount, count),
      rejected: acceptedCount < count ? rejected : [], draftedTokens: draftedTokens,
      logProbabilities: Array(logProbabilities.prefix(count)))
  }

  /// The bytes from an index on.
  func suffix(from index: Int) -> DecodedBytes {
    DecodedBytes(
      bytes: Array(bytes[index...]), acceptedCount: max(acceptedCount - index, 0),
      rejected: acceptedCount < index ? [] : rejected,
      logProbabilities: Array(logProbabilities.dropFirst(index)))
  }
}
