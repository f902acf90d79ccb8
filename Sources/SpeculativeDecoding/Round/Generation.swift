package import DecodingCore

/// A generation in progress: a prompt is consumed chunk by chunk, then rounds give bytes.
///
/// The verifier has consumed prompt and output except the last byte, b0. The drafter proposes
/// d1...dk to follow it; one pass over [b0, d1...dk] gives k + 1 distributions; the byte that the
/// verifier decides on each is computed in turn, and the first that differs from the draft ends
/// the round. The emitted bytes are the verifier's own, so they are those of plain decoding; under
/// another rule of acceptance than `exact` they are what that rule makes of them.
///
/// Without a drafter, or with drafts of no tokens, a round is a step of the verifier: plain decoding,
/// the baseline of every speedup and the definition of what drafting must not change.
package struct Generation<D: DrafterSession, V: VerifierSession> {
  /// What has been drafted and accepted so far.
  package private(set) var telemetry = DecodingTelemetry()
  /// Where the time went so far.
  package private(set) var timing = DecodingTiming()
  /// Bytes of the prompt, the start byte of an empty one included.
  package var promptCount: Int { context.promptCount }

  /// The verifier's side of it.
  package private(set) var context: VerifierContext<V>
  /// Nil where nothing is ever drafted.
  private var drafter: D?
  private var lengthPolicy: DraftLengthPolicy
  /// What its part of a pass costs by the length of its window, in shared steps; may be empty.
  private let passCosts: [Double]
  private var rule: any AcceptanceRule
  private var draft = Draft()
  private var window: [UInt8] = []
  /// The bytes of the last round; copied only if a caller has kept them.
  private var decided: [UInt8] = []
  private var unseen: LastBytes
  private var isPrefilled = false
  private var stopwatch: RoundStopwatch
  let clock: DecodingClock
  private let options: DecodingOptions

  /// A generation of a new text.
  package init(
    drafter: D?, verifier: V, prompt: [UInt8], options: DecodingOptions, companions: Int = 1,
    clock: DecodingClock = .continuous
  ) {
    self.init(
      drafter: drafter,
      start: GenerationStart(session: verifier, prompt: prompt, startByte: options.startByte),
      options: options, companions: companions, clock: clock)
  }

  /// A generation that begins anywhere.
  ///
  /// - Parameter companions: how many generations share each pass, this one included.
  package init(
    drafter: D?, start: GenerationStart<V>, options: DecodingOptions, companions: Int = 1,
    clock: DecodingClock = .continuous
  ) {
    let drafter = options.draftLength == .never ? nil : drafter
    let rule = drafter == nil ? ExactAcceptance() : options.acceptance.rule
    context = VerifierContext(start, options: options)
    // At least the bytes of a round: without a pause none is left out.
    unseen = LastBytes(limit: max(64, context.session.windowLimit))
    passCosts = Self.passCosts(context.session.passCosts, companions: companions)
    lengthPolicy = DraftLengthPolicy(
      drafter == nil ? .never : options.draftLength, windowLimit: context.session.windowLimit,
      passCosts: passCosts,
      isFixed: options.acceptance != .exact,
      cutsBlindly: rule.samplesDrafts,
      isHopeless: Self.isHopeless(drafter, beside: context.session))
    self.drafter = drafter
    self.rule = rule
    self.options = options
    self.clock = clock
    stopwatch = RoundStopwatch(clock: clock)
    if !start.context.isEmpty { self.drafter?.observe(start.context[...]) }
  }

  /// Where reading weights takes the time, a token of three steps brings less than it costs.
  private static func isHopeless(_ drafter: D?, beside verifier: V) -> Bool {
    guard let token = drafter?.tokenByteCount, let step = verifier.stepByteCount else {
      return false
    }
    return token / 3 > step
  }

  /// What a pass costs each of some generations that share it: it has the positions of all.
  private static func passCosts(_ costs: [Double], companions: Int) -> [Double] {
    guard companions > 1, costs.count > 1 else { return costs }
    let growth = costs[costs.count - 1] - costs[costs.count - 2]
    func cost(_ positions: Int) -> Double {
      positions <= costs.count
        ? costs[positions - 1]
        : costs[costs.count - 1] + growth * Double(positions - costs.count)
    }
    return costs.indices.map { cost(companions * ($0 + 1)) / cost(companions) }
  }

  /// Consumes at most `limit` bytes of the prompt; returns how many, 0 when it is done.
  package mutating func prefill(limit: Int) throws(DecodingError) -> Int {
    let start = clock.now()
    let chunk = try context.prefill(limit: limit)
    let consumed = clock.now()
    try prefillDrafter(with: chunk)
    timing.verifierPrefill += consumed - start
    timing.drafterPrefill += clock.now() - consumed
    return chunk.count
  }

  /// Spares the verifier a prompt that another generation has read.
  package mutating func copyPrefill(of other: Generation) where V: SharingSession {
    context.copyPrefill(of: other.context)
  }

  /// Drafts while drafting pays for all that share passes.
  package mutating func joinDrafting(of other: Generation) {
    lengthPolicy.join(other.lengthPolicy)
  }

  private mutating func prefillDrafter(with chunk: ArraySlice<UInt8>) throws(DecodingError) {
    guard !isPrefilled else { return }
    isPrefilled = chunk.isEmpty
    drafter?.observe(chunk.isEmpty ? [context.lastByte] : chunk)
    try drafter?.catchUp()
  }

  /// Decides at least one byte; nil when the generation has ended.
  package mutating func nextRound() throws(DecodingError) -> DecodedBytes? {
    guard try beginRound() else { return nil }
    try verifyRound()
    return try endRound()
  }

  /// Verifies the window in a pass of its own.
  package mutating func verifyRound() throws(DecodingError) {
    try verify()
    stopwatch.split(\.verify)
  }

  /// Drafts, so that there is a window to verify; false when the generation has ended.
  package mutating func beginRound() throws(DecodingError) -> Bool {
    let remaining = options.maxBytes - telemetry.emittedBytes
    guard remaining > 0, context.output.end == nil else { return false }
    stopwatch = RoundStopwatch(clock: clock)
    try propose(byteLimit: min(remaining, context.session.windowLimit) - 1)
    stopwatch.split(\.rest)
    return true
  }

  /// Decides the bytes of a window that has been verified.
  package mutating func endRound() throws(DecodingError) -> DecodedBytes {
    let decoded = try accept()
    stopwatch.split(\.rest)
    context.rollBack(window: window.count, decided: decoded.bytes.count)
    stopwatch.split(\.rollBack)
    lengthPolicy.record(
      draft: draft, decided: decoded.bytes, window: window.count, seconds: stopwatch.parts)
    finishRound(decoded)
    stopwatch.split(\.rest)
    timing += stopwatch.parts
    return decoded
  }

  private mutating func propose(byteLimit: Int) throws(DecodingError) {
    draft.restart(at: context.position)
    lengthPolicy.beginRound(byteLimit: byteLimit)
    if rule.allowsDrafting, lengthPolicy.shouldExtend(draft) {
      stopwatch.split(\.rest)
      try drafterCatchUp()
      try draftTokens()
    }
    window.removeAll(keepingCapacity: true)
    window.append(context.lastByte)
    window += draft.bytes.prefix(lengthPolicy.verifiedBytes(of: draft))
  }

  private mutating func drafterCatchUp() throws(DecodingError) {
    drafter?.observe(unseen.bytes)
    unseen.removeAll()
    try drafter?.catchUp()
    lengthPolicy.recordCatchUp(seconds: stopwatch.split(\.catchUp))
  }

  private mutating func draftTokens() throws(DecodingError) {
    repeat {
      let before = (draft.tokenCount, draft.bytes.count)
      guard try extendDraft(), before != (draft.tokenCount, draft.bytes.count) else { break }
      lengthPolicy.recordToken(of: draft, seconds: stopwatch.split(\.draftTokens))
    } while lengthPolicy.shouldExtend(draft)
    stopwatch.split(\.draftTokens)
  }

  private mutating func extendDraft() throws(DecodingError) -> Bool {
    let hasMore =
      rule.samplesDrafts
      ? try drafter?.extendBySampling(&draft, sampler: &context.sampler)
      : try drafter?.extend(&draft, sampler: &context.sampler)
    return hasMore ?? false
  }

  /// This round's part of a pass that others share.
  package mutating func sharedWindow() -> SharedWindow<V> {
    SharedWindow(
      context.session, window, isStep: window.count == 1 && context.beginStep())
  }

  /// What its part of the pass should cost, to divide the time of the pass by: with equal parts a
  /// longer draft would be paid for by the others, and all would draft too much.
  package var sharedCost: Double {
    passCosts.count >= window.count ? passCosts[window.count - 1] : Double(window.count)
  }

  /// Takes note of the pass that has verified the window.
  ///
  /// - Parameter seconds: this generation's part of what it took.
  package mutating func recordSharedPass(seconds: Double) {
    stopwatch.restart(adding: seconds, to: \.verify)
  }

  private mutating func verify() throws(DecodingError) {
    if window.count > 1 {
      try context.session.verify(window)
    } else {
      try context.step()
    }
  }

  /// The byte at each position until a drafted one is not accepted, or one past the last of them, or
  /// the output ends.
  private mutating func accept() throws(DecodingError) -> DecodedBytes {
    decided.removeAll(keepingCapacity: true)
    while true {
      let tested = decided.count + 1 < window.count ? decided.count : nil
      let decision = try context.decide(tested, of: draft, after: decided.count, by: &rule)
      decided.append(decision.byte)
      if !decision.isAccepted {
        return DecodedBytes(
          bytes: decided, acceptedCount: decided.count - 1,
          rejected: window[decided.count...], draftedTokens: draft.tokenCount,
          logProbabilities: context.logProbabilities)
      }
      if context.output.end != nil {
        return DecodedBytes(
          bytes: decided, acceptedCount: decided.count, draftedTokens: draft.tokenCount,
          logProbabilities: context.logProbabilities)
      }
    }
  }

  private mutating func finishRound(_ decoded: DecodedBytes) {
    context.advance(past: decoded.bytes)
    if drafter != nil { unseen.append(decoded.bytes) }
    telemetry.recordRound(
      draftedTokens: draft.tokenCount, draftedBytes: window.count - 1,
      cutBytes: draft.bytes.count - (window.count - 1), acceptedBytes: decoded.acceptedCount,
      decidedBytes: decoded.bytes.count)
    telemetry.acceptance = rule.counts
  }
}
