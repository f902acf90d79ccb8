public import DecodingCore
import Kernels

/// How probable a verifier holds a given continuation.
public struct ContinuationScore: Sendable, Equatable {
  /// The natural logarithm of each byte's probability after those before it: by softmax of the
  /// verifier's logits, at temperature 1, no byte left out.
  public let logProbabilities: [Double]

  /// The sum over the bytes, from the first on; 0 for no bytes.
  public let logProbability: Double

  /// Bits a byte; nil for no bytes.
  public var bitsPerByte: Double? {
    logProbabilities.isEmpty
      ? nil : -logProbability / ScalarMath.log(2) / Double(logProbabilities.count)
  }

  /// Adds the bytes up.
  package init(logProbabilities: [Double]) {
    self.logProbabilities = logProbabilities
    logProbability = logProbabilities.reduce(0, +)
  }
}

/// What scoring came to, and what it took.
package struct ScoringResult: Sendable, Equatable {
  /// In the order of the continuations.
  package let scores: [ContinuationScore]
  /// Bytes that the verifier consumed, each beginning that several share once.
  package let positions: Int
  /// Passes over the weights.
  package let passes: Int
  /// Sessions that were needed at once.
  package let sessions: Int
}

extension SpeculativeDecoder
where Verifier: RestorableVerifier, Verifier.Session: BranchingSession {
  /// How probable given continuations of a prompt are.
  ///
  /// Each score is, bit by bit, that of the continuation alone, byte by byte. They share passes over
  /// the weights, and a beginning that some have in common is computed once.
  ///
  /// - Parameters:
  ///   - continuations: texts or raw bytes, in any order; equal ones cost nothing.
  ///   - prompt: as of `decode`.
  ///   - batchSize: how many windows a pass has at most; changes speed and memory only.
  /// - Returns: the scores in the order of the continuations.
  /// - Throws: `DecodingError`; `.tooManyAtOnce` before anything is computed.
  public func score(
    _ continuations: [some DecodingPrompt], after prompt: some DecodingPrompt, batchSize: Int = 8
  ) throws(DecodingError) -> [ContinuationScore] {
    let start = GenerationStart(
      session: verifier.makeSession(), prompt: prompt.promptBytes, startByte: options.startByte)
    return try score(continuations.map(\.promptBytes), from: start, batchSize: batchSize)?
      .scores ?? []
  }

  /// How probable given continuations of what a state has read are. Parameters and errors as above,
  /// and `.savedState` when the state does not belong to the verifier.
  public func score(
    _ continuations: [some DecodingPrompt], after state: DecodingState, batchSize: Int = 8
  ) throws(DecodingError) -> [ContinuationScore] {
    let start = try GenerationStart(state, prompt: [], verifier: verifier)
    return try score(continuations.map(\.promptBytes), from: start, batchSize: batchSize)?
      .scores ?? []
  }

  /// The same from any place.
  ///
  /// - Parameter isStopped: asked before every pass, with the bytes that have been consumed and all
  ///   that will be; true gives up.
  /// - Returns: nil when it was stopped.
  package func score(
    _ continuations: [[UInt8]], from start: GenerationStart<Verifier.Session>, batchSize: Int,
    isStopped: (Int, Int) -> Bool = { _, _ in false }
  ) throws(DecodingError) -> ScoringResult? {
    guard ScoringLimits.batchSizes.contains(batchSize) else {
      throw .invalidOption(
        name: "the batch size", value: "\(batchSize)",
        remedy: "give 1 to \(ScoringLimits.batchSizes.upperBound)")
    }
    let limits = ScoringLimits(
      windows: batchSize, windowLimit: start.session.windowLimit, texts: continuations.count)
    try start.session.sharingMemory?.require(
      sessions: limits.sessions, prompts: 1, positions: limits.positions,
      others: 2 * MemoryLayout<Double>.stride * continuations.reduce(0) { $0 + $1.count })
    let tree = PrefixTree(continuations)
    let whole = start.prompt.count + tree.consumedCount
    guard var session = try read(start, whole: whole, isStopped) else { return nil }
    try session.step(start.prompt[start.prompt.count - 1])
    var scorer = try TreeScorer(
      tree, root: session, limits: limits, makeSession: verifier.makeSession)
    var (passes, positions) = (0, 0)
    while !scorer.isDone {
      if isStopped(start.prompt.count + positions, whole) { return nil }
      positions += try scorer.advance()
      passes += 1
    }
    return ScoringResult(
      scores: continuations.indices.map { index in
        ContinuationScore(
          logProbabilities: tree.path(of: index).flatMap { scorer.logProbabilities[$0] })
      }, positions: positions, passes: passes, sessions: scorer.sessionCount)
  }

  /// The session after all of the prompt but its last byte.
  private func read(
    _ start: GenerationStart<Verifier.Session>, whole: Int, _ isStopped: (Int, Int) -> Bool
  ) throws(DecodingError) -> Verifier.Session? {
    var session = start.session
    var rest = start.prompt.dropLast()
    while !rest.isEmpty {
      if isStopped(start.prompt.count - 1 - rest.count, whole) { return nil }
      let chunk = rest.prefix(256)
      try session.consume(chunk)
      rest = rest.dropFirst(chunk.count)
    }
    return session
  }
}
