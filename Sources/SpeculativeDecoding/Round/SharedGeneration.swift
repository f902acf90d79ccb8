public import DecodingCore
package import SpecDecodePlatform

/// One of several generations that share passes.
public struct DecodingRequest: Sendable {
  /// Raw bytes; if empty, the start byte of the options is consumed in their place.
  public let prompt: [UInt8]

  /// Seed, sampler, stops, limit and draft length of this generation.
  public let options: DecodingOptions

  /// A generation after a text or bytes.
  public init(_ prompt: some DecodingPrompt, options: DecodingOptions = DecodingOptions()) {
    self.prompt = prompt.promptBytes
    self.options = options
  }
}

extension SpeculativeDecoder where Verifier.Session: SharingSession {
  /// Generates after several prompts at once: each round of all reads the weights once.
  ///
  /// Each result is that of `decode` with the same prompt and options, to the byte, whatever is
  /// decoded beside it and under every rule of acceptance. Shared passes pay most for plain decoding:
  /// what drafting gains falls with the number of sequences, and `auto` drafts less.
  ///
  /// - Parameters:
  ///   - requests: as many as there is memory for a state and a window each.
  ///   - observer: told of each generation's events with its place; may stop that one.
  /// - Returns: the results in the order of the requests.
  /// - Throws: `DecodingError`, of the first generation that has one; the others are lost with it.
  ///   `.tooManyAtOnce` before anything is computed.
  public func decode(
    together requests: [DecodingRequest],
    observer: (Int, DecodingEvent) -> DecodingControl = { _, _ in .proceed }
  ) throws(DecodingError) -> [DecodingResult] {
    try run(requests, observer: observer) { _, _ in }
  }

  /// The same, and each result with its place as soon as that generation ends.
  @discardableResult
  func run(
    _ requests: [DecodingRequest], observer: (Int, DecodingEvent) -> DecodingControl,
    ended: (Int, DecodingResult) -> Void
  ) throws(DecodingError) -> [DecodingResult] {
    try SharedGenerations<Drafter.Session, Verifier.Session>.requireMemory(
      for: requests.count, beside: drafter?.makeSession(), verifier.makeSession())
    let generations = try requests.map { request throws(DecodingError) in
      try generation(request.prompt, request.options, companions: requests.count)
    }
    return try SharedGenerations.run(generations, observer: observer, ended: ended)
  }
}

/// Generations that share passes.
package enum SharedGenerations<D: DrafterSession, V: SharingSession> {
  /// Checks that there is memory for so many.
  ///
  /// - Parameters:
  ///   - drafter: a session as each of them has, and so the verifier's.
  ///   - limit: nil for what there is at the moment.
  /// - Throws: `DecodingError.tooManyAtOnce`.
  package static func requireMemory(
    for count: Int, beside drafter: D?, _ verifier: V, limit: MemoryLimit? = nil
  ) throws(DecodingError) {
    guard count > 1, let memory = verifier.sharingMemory else { return }
    let (drafters, overflow) = (drafter?.byteCount ?? 0).multipliedReportingOverflow(by: count)
    let (positions, isHuge) = verifier.windowLimit.multipliedReportingOverflow(by: count)
    try memory.require(
      sessions: count, prompts: count, positions: isHuge ? .max : positions,
      others: overflow ? .max : drafters, limit: limit ?? .current)
  }

  /// Runs all to their ends.
  ///
  /// - Parameters:
  ///   - generations: that have consumed nothing yet; each was told how many there are.
  ///   - observer: told of each one's events with its place; may stop that one.
  ///   - ended: takes each one's result, as soon as it ends.
  /// - Returns: all results, in order.
  package static func run(
    _ generations: [Generation<D, V>],
    observer: (Int, DecodingEvent) -> DecodingControl, ended: (Int, DecodingResult) -> Void
  ) throws(DecodingError) -> [DecodingResult] {
    guard let clock = generations.first?.clock else { return [] }
    // What has ended is let go: its memory may be what the others need.
    var running: [RunningGeneration<D, V>?] = generations.map { RunningGeneration($0) }
    var results: [DecodingResult?] = generations.map { _ in nil }
    for place in running.indices {
      if let before = running[..<place].last ?? nil {
        // Of one prompt, as samples have it, the verifier reads the first only.
        running[place]?.generation.copyPrefill(of: before.generation)
        running[place]?.generation.joinDrafting(of: before.generation)
      }
      try running[place]?.prefill { observer(place, $0) }
    }
    while true {
      var active: [(place: Int, one: RunningGeneration<D, V>)] = []
      for (place, one) in running.enumerated() {
        guard let one else { continue }
        if try one.beginRound() {
          active.append((place, one))
        } else {
          let result = one.finish { observer(place, $0) }
          running[place] = nil
          results[place] = result
          ended(place, result)
        }
      }
      guard !active.isEmpty else { return results.compactMap(\.self) }
      let windows = active.map { $0.one.generation.sharedWindow() }
      let start = clock.now()
      try V.run(windows)
      let seconds = clock.now() - start
      let whole = active.reduce(0) { $0 + $1.one.generation.sharedCost }
      for (place, one) in active {
        let share =
          whole > 0 ? one.generation.sharedCost / whole : 1 / Double(active.count)
        one.generation.recordSharedPass(seconds: seconds * share)
        try one.endRound { observer(place, $0) }
      }
    }
  }
}
