package import DecodingCore
package import Reporting
package import SpeculativeDecoding

/// What single pieces of work take: the verifier's passes by window, and the drafter's tokens.
package struct CostMeasurement<Drafter: DrafterModel, Verifier: VerifierModel> {
  private let verifier: Verifier
  private let drafters: [Drafter]
  private let prompt: [UInt8]
  private let clock: DecodingClock

  /// Windows, in bytes.
  private static var windows: [Int] { [1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 20, 24, 28, 32] }
  /// Bytes that a drafter takes in.
  private static var catchUps: [Int] { [1, 2, 4, 8, 16] }
  /// Steps before the one that is measured: what came before has the verifier's place in the cache.
  private static var warmingSteps: Int { 8 }
  /// Tokens of a draft.
  private static var draftTokens: Int { 8 }

  private struct Key: Hashable {
    let work: BenchmarkCost.Work
    let size: Int
    let drafter: Int?
  }

  /// Prepares to measure after a prompt.
  package init(
    verifier: Verifier, drafters: [Drafter], prompt: [UInt8], clock: DecodingClock = .continuous
  ) {
    self.verifier = verifier
    self.drafters = drafters
    self.prompt = prompt.isEmpty ? [0x0A] : prompt
    self.clock = clock
  }

  /// Measures every piece once a round, one kind after another, after a round that does not count.
  ///
  /// - Parameters:
  ///   - rounds: how many measurements of each piece there are at most.
  ///   - budget: seconds after which no further round begins; the first counts in any case.
  ///   - isStopped: whether the user has ended the run.
  package func measure(
    rounds: Int, budget: Double, isStopped: () -> Bool
  ) throws(DecodingError) -> [BenchmarkCost] {
    var times: [Key: [Double]] = [:]
    let start = clock.now()
    for round in 0...rounds {
      if isStopped() || (round > 1 && clock.now() - start > budget) { break }
      var measured: [(Key, Double)] = []
      try measureVerifier(&measured)
      for drafter in drafters.indices { try measureDrafter(drafter, &measured) }
      if round == 0 { continue }
      for (key, seconds) in measured { times[key, default: []].append(seconds) }
    }
    return times.keys.map {
      BenchmarkCost(
        work: $0.work, size: $0.size, drafter: $0.drafter, seconds: times[$0, default: []])
    }.sorted {
      ($0.drafter ?? -1, $0.work.rawValue, $0.size) < ($1.drafter ?? -1, $1.work.rawValue, $1.size)
    }
  }

  /// The prompt, over and over.
  private func bytes(_ count: Int) -> [UInt8] { (0..<count).map { prompt[$0 % prompt.count] } }

  private func seconds(_ body: () throws(DecodingError) -> Void) throws(DecodingError) -> Double {
    let start = clock.now()
    try body()
    return clock.now() - start
  }

  /// Steps one after another, as plain decoding has them, then passes that each come after a drafted
  /// token, which may have taken the place of weights in the processor's cache.
  private func measureVerifier(_ measured: inout [(Key, Double)]) throws(DecodingError) {
    var session = verifier.makeSession()
    try session.consume(prompt.prefix(256))
    for _ in 0..<Self.warmingSteps { try session.step(prompt[0]) }
    let step = try seconds { () throws(DecodingError) in try session.step(prompt[0]) }
    measured.append((Key(work: .step, size: 1, drafter: nil), step))
    var drafter = drafters.first?.makeSession()
    var sampler = ByteSampler(options: SamplingOptions())
    for size in Self.windows where size <= session.windowLimit {
      let window = bytes(size)
      drafter?.observe(window[...])
      var draft = Draft()
      _ = try drafter?.extend(&draft, sampler: &sampler)
      let pass = try seconds { () throws(DecodingError) in try session.verify(window) }
      measured.append((Key(work: .verify, size: size, drafter: nil), pass))
      guard size > 1 else { continue }
      let rollBack = try seconds { session.rollBack(toFirst: size / 2) }
      measured.append((Key(work: .rollBack, size: size, drafter: nil), rollBack))
    }
  }

  private func measureDrafter(
    _ drafter: Int, _ measured: inout [(Key, Double)]
  ) throws(DecodingError) {
    var session = drafters[drafter].makeSession()
    var sampler = ByteSampler(options: SamplingOptions())
    session.observe(prompt.prefix(256))
    try session.catchUp()
    for size in Self.catchUps {
      session.observe(bytes(size)[...])
      let catchUp = try seconds { () throws(DecodingError) in try session.catchUp() }
      measured.append((Key(work: .catchUp, size: size, drafter: drafter), catchUp))
    }
    var draft = Draft()
    for token in 1...Self.draftTokens {
      var isDrafted = false
      let extend = try seconds { () throws(DecodingError) in
        isDrafted = try session.extend(&draft, sampler: &sampler)
      }
      guard isDrafted else { return }
      measured.append((Key(work: .draftToken, size: token, drafter: drafter), extend))
    }
  }
}
