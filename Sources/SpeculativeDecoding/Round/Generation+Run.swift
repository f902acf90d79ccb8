package import DecodingCore

extension Generation {
  /// Runs to the end, or until `observer` stops it.
  package mutating func run(
    observer: (DecodingEvent) -> DecodingControl
  ) throws(DecodingError) -> DecodingResult {
    let running = RunningGeneration(self)
    defer { self = running.generation }
    try running.prefill(observer)
    while try running.beginRound() {
      try running.verify()
      try running.endRound(observer)
    }
    return running.finish(observer)
  }
}

/// A generation and what has come of it.
///
/// A class: one of many is used where it stands, and a generation is large to copy.
final class RunningGeneration<D: DrafterSession, V: VerifierSession> {
  /// Bytes of the prompt between two moments at which a generation can be stopped: tens of
  /// milliseconds of work on a small model.
  private static var prefillChunk: Int { 256 }

  var generation: Generation<D, V>
  private var emission = EmissionBuffer()
  private var isStopped = false

  init(_ generation: Generation<D, V>) {
    self.generation = generation
  }

  /// Consumes the prompt, unless the observer stops it.
  func prefill(
    _ observer: (DecodingEvent) -> DecodingControl
  ) throws(DecodingError) {
    var consumed = 0
    while !isStopped, case let count = try generation.prefill(limit: Self.prefillChunk), count > 0 {
      consumed += count
      let event = DecodingEvent.prefilled(bytes: consumed, of: generation.promptCount - 1)
      isStopped = observer(event) == .stop
    }
  }

  /// Drafts a round; false when there is no further one.
  func beginRound() throws(DecodingError) -> Bool {
    if isStopped { return false }
    return try generation.beginRound()
  }

  func verify() throws(DecodingError) {
    try generation.verifyRound()
  }

  /// Decides a round's bytes, and passes on those that are no beginning of a stop text.
  func endRound(
    _ observer: (DecodingEvent) -> DecodingControl
  ) throws(DecodingError) {
    let decoded = try generation.endRound()
    var isStopped = isStopped
    emission.append(decoded, holding: generation.context.output.heldCount) { part in
      if observer(.bytes(part)) == .stop { isStopped = true }
    }
    self.isStopped = isStopped
  }

  /// What is held back at the end, and is no stop text, is passed on, also to an observer that has
  /// stopped the generation: it has been decided.
  func finish(_ observer: (DecodingEvent) -> DecodingControl) -> DecodingResult {
    let end = generation.context.output.end
    emission.finish(withholding: end?.withheldCount ?? 0) { part in _ = observer(.bytes(part)) }
    return DecodingResult(
      output: emission.output, logProbabilities: emission.logProbabilities,
      summary: DecodingSummary(
        promptBytes: generation.promptCount, outputBytes: emission.output.count,
        stopReason: end?.reason ?? (isStopped ? .stopped : .maxBytes),
        withheld: emission.heldBytes, telemetry: generation.telemetry,
        timing: generation.timing))
  }
}
