package import DecodingCore
package import SpeculativeDecoding

/// A generation that was saved and continued writes what one without a break writes.
package struct ResumingCheck<Drafter: DrafterModel, Verifier: RestorableVerifier>: SelfCheck {
  package var name: String { "resuming" }
  package var title: String { "saved and continued, as if uninterrupted" }
  package var remedy: String {
    "do not use --save-state and --load-state with this model until it is mended; report it"
  }

  private let decoder: SpeculativeDecoder<Drafter, Verifier>
  private let samplings: [SamplingOptions]
  private let breaks: [Int]

  /// A check.
  ///
  /// - Parameters:
  ///   - decoder: its options say how many bytes an output has; its rule is `exact`.
  ///   - breaks: after how many of them the generation is saved.
  package init(
    decoder: SpeculativeDecoder<Drafter, Verifier>, samplings: [SamplingOptions], breaks: [Int]
  ) {
    self.decoder = decoder
    self.samplings = samplings
    self.breaks = breaks
  }

  /// Writes an output at once, and in two parts with the state as a file between them.
  package func run(_ record: CheckRecord) throws {
    let cases = samplings.flatMap { sampling in breaks.map { (sampling, $0) } }
    for (index, (sampling, first)) in cases.enumerated() {
      try record.step(index, of: cases.count)
      try check(sampling, first: first, record)
    }
  }

  private func check(_ sampling: SamplingOptions, first: Int, _ record: CheckRecord) throws {
    let prompt = SampleTexts.prompts[0]
    let whole = try part(sampling, bytes: decoder.options.maxBytes, length: .automatic, prompt)
    let start = try part(sampling, bytes: first, length: .tokens(2), prompt)
    let what = "saved after \(first) bytes, \(sampling.text)"
    let end: ResumableResult
    do {
      let state = try DecodingState(bytes: start.state.serialized())
      end = try part(
        state.sampling, bytes: decoder.options.maxBytes - first, length: .tokens(3), after: state)
    } catch let error as SavedStateError {
      record.compare(false, "\(what): \(error)")
      return
    }
    record.compare(
      start.output + end.output == whole.output, "\(what): another output")
    let isSameState =
      end.state.position == whole.state.position
      && end.state.pendingBytes == whole.state.pendingBytes
      && end.state.verifierState == whole.state.verifierState
    record.compare(isSameState, "\(what): another state at the end")
  }

  private func part(
    _ sampling: SamplingOptions, bytes: Int, length: DraftLength, _ prompt: [UInt8] = [],
    after state: DecodingState? = nil
  ) throws(DecodingError) -> ResumableResult {
    guard let state else {
      return try decoder.decodeResumably(
        prompt, maxBytes: bytes, sampling: sampling, drafting: length)
    }
    return try decoder.decode(after: state, maxBytes: bytes, drafting: length)
  }
}
