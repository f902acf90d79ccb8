import Mamba

/// Stands for a sequence that the GPU had no room for: every use of it tells why.
final class FailedSequence: MambaSequence {
  let failure: String?
  let windowLimit: Int
  let chunkLimit = Kernel.rowLimit
  var state: MambaState
  private let vocabularySize: Int

  init(failure: String, of configuration: MambaConfiguration, windowLimit: Int) {
    self.windowLimit = windowLimit
    self.failure = failure
    state = MambaState(configuration)
    vocabularySize = configuration.vocabularySize
  }

  func settle(first count: Int, of window: Int) {}

  func withLogits<Result, E: Error>(
    row: Int, _ body: (Span<Float>) throws(E) -> Result
  ) throws(E) -> Result {
    try body(ContiguousArray(repeating: Float.nan, count: vocabularySize).span)
  }

  func firstNonFinite(row: Int, in columns: Range<Int>) -> Int? { columns.lowerBound }

  func makeSnapshot() -> any StateSnapshot { Snapshot() }

  func save(into snapshot: any StateSnapshot) {}

  func restore(_ snapshot: any StateSnapshot) {}

  func copyState(of other: any MambaSequence) {}

  private final class Snapshot: StateSnapshot {}
}
