public import DecodingCore

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
  /// decoded beside it (under `exact`, and under the other rules at fixed draft lengths too). Shared
  /// passes pay most for plain decoding: what drafting gains falls with the number of sequences, and
  /// `auto` drafts less.
  ///
  /// - Parameters:
  ///   - requests: as many as there is memory for a state and a window each.
  ///   - observer: told of each generation's events with its place; may stop that one.
  /// - Returns: the results in the order of the requests.
  /// - Throws: `DecodingError`, of the first generation that has one; the others are lost with it.
  public func decode(
    together requests: [DecodingRequest],
    observer: (Int, DecodingEvent) -> DecodingControl = { _, _ in .proceed }
  ) throws(DecodingError) -> [DecodingResult] {
    let clock = DecodingClock.continuous
    var generations = try requests.map { request throws(DecodingError) in
      RunningGeneration(
        try generation(
          request.prompt, request.options, companions: requests.count, clock: clock))
    }
    for place in generations.indices {
      try generations[place].prefill { observer(place, $0) }
    }
    while true {
      var active: [Int] = []
      for place in generations.indices where try generations[place].beginRound() {
        active.append(place)
      }
      guard !active.isEmpty else { break }
      let windows = active.map { generations[$0].generation.sharedWindow() }
      let start = clock.now()
      try Verifier.Session.run(windows)
      let seconds = (clock.now() - start) / Double(active.count)
      for place in active {
        generations[place].generation.recordSharedPass(seconds: seconds)
        try generations[place].endRound { observer(place, $0) }
      }
    }
    return generations.indices.map { place in generations[place].finish { observer(place, $0) } }
  }
}
