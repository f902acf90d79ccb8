package import DecodingCore
package import SpeculativeDecoding

extension SelfCheck {
  /// A generation that was saved and continued writes what one without a break writes.
  ///
  /// Writes an output at once, and in two parts with the state as a file between them.
  ///
  /// - Parameters:
  ///   - decoder: its options say how many bytes an output has; its rule is `exact`.
  ///   - breaks: after how many of them the generation is saved.
  package static func resuming<Drafter: DrafterModel, Verifier: RestorableVerifier>(
    decoder: SpeculativeDecoder<Drafter, Verifier>, samplings: [SamplingOptions], breaks: [Int]
  ) -> SelfCheck {
    SelfCheck(
      name: "resuming", title: "saved and continued, as if uninterrupted",
      remedy: "do not use --save-state and --load-state with this model until it is mended; "
        + "report it"
    ) { record in
      let cases = samplings.flatMap { sampling in breaks.map { (sampling, $0) } }
      for (index, (sampling, first)) in cases.enumerated() {
        try record.step(index, of: cases.count)
        try check(decoder, sampling, first: first, record)
      }
    }
  }

  private static func check<Drafter: DrafterModel, Verifier: RestorableVerifier>(
    _ decoder: SpeculativeDecoder<Drafter, Verifier>, _ sampling: SamplingOptions, first: Int,
    _ record: CheckRecord
  ) throws {
    let prompt = SampleTexts.prompts[0]
    let bytes = decoder.options.maxBytes
    let whole = try decoder.decodeResumably(
      prompt, maxBytes: bytes, sampling: sampling, drafting: .automatic)
    let start = try decoder.decodeResumably(
      prompt, maxBytes: first, sampling: sampling, drafting: .tokens(2))
    let what = "saved after \(first) bytes, \(sampling.text)"
    let end: ResumableResult
    do {
      let state = try DecodingState(bytes: start.state.serialized())
      end = try decoder.decode(after: state, maxBytes: bytes - first, drafting: .tokens(3))
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
}
