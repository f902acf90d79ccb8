import Foundation
import Synchronization

extension SpeculativeDecoder {
  /// Generates on a thread of its own; the events arrive as they happen, `finished` last.
  ///
  /// Leaving the loop early, or cancelling the task that iterates, ends the generation within one
  /// round or one chunk of the prompt; a cancelled task's loop ends without `finished`. The
  /// sequence throws `DecodingError` as `decode` does. Events wait in memory until they are read.
  ///
  /// - Parameter prompt: raw bytes.
  public func events(prompt: [UInt8]) -> AsyncThrowingStream<DecodingEvent, any Error> {
    AsyncThrowingStream { continuation in
      let isCancelled = CancellationFlag()
      continuation.onTermination = { _ in isCancelled.set() }
      // Not a task: decoding would keep a thread of the cooperative pool from everyone else.
      let thread = Thread {
        do {
          let result = try decode(prompt: prompt) { event in
            continuation.yield(event.copied)
            return isCancelled.isSet ? .stop : .proceed
          }
          continuation.yield(.finished(result.summary))
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
  /// The same with memory of its own: another thread reads it while the generation writes to its own.
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

/// Set once, from another thread.
private final class CancellationFlag: Sendable {
  private let flag = Atomic(false)

  var isSet: Bool { flag.load(ordering: .relaxed) }

  func set() {
    flag.store(true, ordering: .relaxed)
  }
}
