extension SpeculativeDecoder {
  /// Generates in a task of its own; the events arrive as they happen, `finished` last.
  ///
  /// Ending the iteration early, or cancelling the task that iterates, ends the generation within
  /// one round or one chunk of the prompt; a cancelled task sees `CancellationError`. The sequence
  /// throws `DecodingError` as `decode` does.
  ///
  /// - Parameter prompt: raw bytes.
  public func events(prompt: [UInt8]) -> AsyncThrowingStream<DecodingEvent, any Error> {
    AsyncThrowingStream { continuation in
      let task = Task.detached { [self] in
        do {
          let result = try decode(prompt: prompt) { event in
            continuation.yield(event)
            return Task.isCancelled ? .stop : .proceed
          }
          try Task.checkCancellation()
          continuation.yield(.finished(result.summary))
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }
}
