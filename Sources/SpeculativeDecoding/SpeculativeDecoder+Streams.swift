public import DecodingCore
import Foundation
import Synchronization

/// Streams: a generation on a thread of its own, read as it happens.
///
/// Leaving the loop early, or cancelling the task that iterates, ends the generation within one
/// round or one chunk of the prompt; a cancelled task's loop just ends. The sequences throw
/// `DecodingError` as `decode` does (streams of the standard library have no typed errors). What is
/// not read yet waits in memory.
extension SpeculativeDecoder {
  /// All that happens, `finished` last. Parameters as of `decode`.
  public func events(
    _ prompt: some DecodingPrompt, maxBytes: Int? = nil, sampling: SamplingOptions? = nil,
    drafting: DraftLength? = nil
  ) -> AsyncThrowingStream<DecodingEvent, any Error> {
    stream(prompt.promptBytes, options.with(maxBytes, sampling, drafting)) { $0 }
  }

  /// Raw bytes as they are decided, with their provenance. Parameters as of `decode`.
  public func rounds(
    _ prompt: some DecodingPrompt, maxBytes: Int? = nil, sampling: SamplingOptions? = nil,
    drafting: DraftLength? = nil
  ) -> AsyncThrowingStream<DecodedBytes, any Error> {
    stream(prompt.promptBytes, options.with(maxBytes, sampling, drafting), \.decodedBytes)
  }

  /// Text as it is decided: no character is cut in two, and what is not UTF-8 shows as U+FFFD.
  /// Parameters as of `decode`.
  public func text(
    _ prompt: some DecodingPrompt, maxBytes: Int? = nil, sampling: SamplingOptions? = nil,
    drafting: DraftLength? = nil
  ) -> AsyncThrowingStream<String, any Error> {
    let text = TextOfEvents()
    return stream(
      prompt.promptBytes, options.with(maxBytes, sampling, drafting), text.next(after:))
  }

  private func stream<Element: Sendable>(
    _ prompt: [UInt8], _ options: DecodingOptions,
    _ element: @escaping @Sendable (DecodingEvent) -> Element?
  ) -> AsyncThrowingStream<Element, any Error> {
    GenerationThread.stream(element) { observer in
      var generation = try generation(prompt, options)
      return try generation.run(observer: observer).summary
    }
  }
}

extension SpeculativeDecoder where Verifier: RestorableVerifier {
  /// As `events`, after a state; parameters as of `decode(_:after:)`.
  public func events(
    _ prompt: some DecodingPrompt = [UInt8](), after state: DecodingState, maxBytes: Int? = nil,
    drafting: DraftLength? = nil
  ) -> AsyncThrowingStream<DecodingEvent, any Error> {
    stream(prompt.promptBytes, state, options.with(maxBytes, nil, drafting)) { $0 }
  }

  /// As `rounds`, after a state; parameters as of `decode(_:after:)`.
  public func rounds(
    _ prompt: some DecodingPrompt = [UInt8](), after state: DecodingState, maxBytes: Int? = nil,
    drafting: DraftLength? = nil
  ) -> AsyncThrowingStream<DecodedBytes, any Error> {
    stream(prompt.promptBytes, state, options.with(maxBytes, nil, drafting), \.decodedBytes)
  }

  /// As `text`, after a state; parameters as of `decode(_:after:)`.
  public func text(
    _ prompt: some DecodingPrompt = [UInt8](), after state: DecodingState, maxBytes: Int? = nil,
    drafting: DraftLength? = nil
  ) -> AsyncThrowingStream<String, any Error> {
    let text = TextOfEvents()
    return stream(
      prompt.promptBytes, state, options.with(maxBytes, nil, drafting), text.next(after:))
  }

  private func stream<Element: Sendable>(
    _ prompt: [UInt8], _ state: DecodingState, _ options: DecodingOptions,
    _ element: @escaping @Sendable (DecodingEvent) -> Element?
  ) -> AsyncThrowingStream<Element, any Error> {
    GenerationThread.stream(element) { observer in
      var generation = try generation(prompt, after: state, options)
      return try generation.run(observer: observer).summary
    }
  }
}

extension SpeculativeDecoder where Verifier.Session: SharingSession {
  /// The results of several generations that share passes, each as soon as it ends, with its place
  /// among the requests. As of `decode(together:)`; leaving the loop ends all.
  public func results(
    together requests: [DecodingRequest]
  ) -> AsyncThrowingStream<(place: Int, result: DecodingResult), any Error> {
    GenerationThread.stream { yield in
      try run(requests, observer: { _, _ in yield(nil) }) { _ = yield(($0, $1)) }
    }
  }
}

private enum GenerationThread {
  /// What `element` makes of the events of a generation that runs on a thread of its own.
  static func stream<Element: Sendable>(
    _ element: @escaping @Sendable (DecodingEvent) -> Element?,
    _ run:
      @escaping @Sendable (_ observer: (DecodingEvent) -> DecodingControl) throws ->
      DecodingSummary
  ) -> AsyncThrowingStream<Element, any Error> {
    stream { yield in
      let summary = try run { event in yield(element(event.copied)) }
      _ = yield(element(.finished(summary)))
    }
  }

  /// What a thread of its own yields; nil asks whether to go on.
  static func stream<Element: Sendable>(
    _ run: @escaping @Sendable (_ yield: (Element?) -> DecodingControl) throws -> Void
  ) -> AsyncThrowingStream<Element, any Error> {
    AsyncThrowingStream { continuation in
      let isCancelled = CancellationFlag()
      continuation.onTermination = { _ in isCancelled.set() }
      // Not a task: decoding would keep a thread of the cooperative pool from everyone else.
      let thread = Thread {
        do {
          try run { element in
            if let element { continuation.yield(element) }
            return isCancelled.isSet ? .stop : .proceed
          }
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      thread.name = "specdecode generation"
      thread.qualityOfService = .userInitiated
      thread.start()
    }
  }
}

extension DecodingEvent {
  fileprivate var decodedBytes: DecodedBytes? {
    if case .bytes(let decoded) = self { decoded } else { nil }
  }

  /// The same with memory of its own.
  ///
  /// Sharing it would be no race: the generation writes to its arrays only when it is the only one
  /// that refers to them. But the thread sanitizer does not see the reference counts, and would
  /// report one.
  fileprivate var copied: DecodingEvent {
    guard case .bytes(let decoded) = self else { return self }
    // An array made of a whole one would share its memory; what `map` makes does not.
    return .bytes(
      DecodedBytes(
        bytes: decoded.bytes.map(\.self), acceptedCount: decoded.acceptedCount,
        rejected: decoded.rejected.map(\.self)[...], draftedTokens: decoded.draftedTokens,
        logProbabilities: decoded.logProbabilities.map(\.self)))
  }
}

/// The text that events complete.
private final class TextOfEvents: Sendable {
  private let text = Mutex(StreamedText())

  func next(after event: DecodingEvent) -> String? {
    let piece = text.withLock { text in
      switch event {
      case .prefilled: ""
      case .bytes(let decoded): text.append(decoded.bytes)
      case .finished: text.finish()
      }
    }
    return piece.isEmpty ? nil : piece
  }
}

/// Set once, from another thread.
private final class CancellationFlag: Sendable {
  private let flag = Atomic(false)

  var isSet: Bool { flag.load(ordering: .relaxed) }

  func set() {
    flag.store(true, ordering: .relaxed)
  }
}
