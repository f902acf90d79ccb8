package import DecodingCore

extension Generation {
  /// Bytes of the prompt between two moments at which a generation can be stopped: tens of
  /// milliseconds of work on a small model.
  private var prefillChunk: Int { 256 }

  /// Runs to the end, or until `observer` stops it.
  package mutating func run(
    observer: (DecodingEvent) -> DecodingControl
  ) throws(DecodingError) -> DecodingResult {
    var emission = EmissionBuffer()
    var isFinished = try prefillAll(observer: observer)
    if isFinished { isFinished = try decodeAll(&emission, observer: observer) }
    let end = context.output.end
    return DecodingResult(
      output: emission.output, logProbabilities: emission.logProbabilities,
      summary: DecodingSummary(
        promptBytes: promptCount, outputBytes: emission.output.count,
        stopReason: end?.reason ?? (isFinished ? .maxBytes : .stopped),
        withheld: emission.heldBytes, telemetry: telemetry, timing: timing))
  }

  private mutating func prefillAll(
    observer: (DecodingEvent) -> DecodingControl
  ) throws(DecodingError) -> Bool {
    var consumed = 0
    while case let count = try prefill(limit: prefillChunk), count > 0 {
      consumed += count
      let event = DecodingEvent.prefilled(bytes: consumed, of: promptCount - 1)
      guard observer(event) == .proceed else { return false }
    }
    return true
  }

  /// What is held back at the end, and is no stop text, is passed on, also to an observer that has
  /// stopped the generation: it has been decided.
  private mutating func decodeAll(
    _ emission: inout EmissionBuffer, observer: (DecodingEvent) -> DecodingControl
  ) throws(DecodingError) -> Bool {
    var isStopped = false
    let emit = { (part: DecodedBytes) in
      if observer(.bytes(part)) == .stop { isStopped = true }
    }
    while !isStopped, let decoded = try nextRound() {
      emission.append(decoded, holding: context.output.heldCount, emit: emit)
    }
    let isFinished = !isStopped
    emission.finish(withholding: context.output.end?.withheldCount ?? 0, emit: emit)
    return isFinished
  }
}
