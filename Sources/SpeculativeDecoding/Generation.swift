package import DecodingCore

/// A generation in progress: a prompt is consumed chunk by chunk, then rounds give bytes.
package protocol Generation<Session> {
  /// The verifier's.
  associatedtype Session: VerifierSession

  /// The verifier's side of it.
  var context: VerifierContext<Session> { get }

  /// What has been drafted and accepted so far.
  var telemetry: DecodingTelemetry { get }

  /// Where the time went so far.
  var timing: DecodingTiming { get }

  /// Bytes of the prompt, the start byte of an empty one included.
  var promptCount: Int { get }

  /// Consumes at most `limit` bytes of the prompt; returns how many, 0 when it is done.
  mutating func prefill(limit: Int) throws(DecodingError) -> Int

  /// Decides at least one byte; nil when the generation has ended.
  mutating func nextRound() throws(DecodingError) -> DecodedBytes?
}

extension Generation {
  /// Bytes of the prompt between two moments at which a generation can be stopped: tens of
  /// milliseconds of work on a small model.
  private var prefillChunk: Int { 256 }

  /// Runs to the end, or until `observer` stops it.
  package mutating func run(
    observer: (DecodingEvent) -> DecodingControl
  ) throws(DecodingError) -> DecodingResult {
    var output: [UInt8] = []
    var isFinished = try prefillAll(observer: observer)
    if isFinished { isFinished = try decodeAll(&output, observer: observer) }
    return DecodingResult(
      output: output,
      summary: DecodingSummary(
        promptBytes: promptCount, outputBytes: output.count,
        stopReason: isFinished ? .maxBytes : .stopped, telemetry: telemetry, timing: timing))
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

  private mutating func decodeAll(
    _ output: inout [UInt8], observer: (DecodingEvent) -> DecodingControl
  ) throws(DecodingError) -> Bool {
    while let decoded = try nextRound() {
      output += decoded.bytes
      guard observer(.bytes(decoded)) == .proceed else { return false }
    }
    return true
  }
}
