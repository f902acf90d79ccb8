import Mamba
import Synchronization

/// A device that computes nothing like a Mamba: it remembers the tokens themselves, and the logits
/// after some tokens are a digest of them. What works on it knows nothing of the processor.
final class FakeBackend: MambaBackend {
  let device = DeviceDescription(name: "fake", architecture: "none", threads: 0)
  let weightByteCount = 0
  let vocabularySize: Int
  /// The number of tokens of each pass, in order.
  let passes = Mutex<[Int]>([])

  init(vocabularySize: Int) {
    self.vocabularySize = vocabularySize
  }

  func makeSequence(windowLimit: Int) -> any MambaSequence {
    FakeSequence(windowLimit: windowLimit, vocabularySize: vocabularySize)
  }

  func run(_ segments: Span<PassSegment>) {
    for index in segments.indices {
      let segment = segments[index]
      passes.withLock { $0.append(segment.tokens.count) }
      guard let sequence = segment.sequence as? FakeSequence else {
        preconditionFailure("a sequence of another device")
      }
      sequence.consume(segment)
    }
  }
}

final class FakeSequence: MambaSequence {
  /// One value a digit, so that a state is a row of numbers.
  private struct Memory {
    var digest: Float = 1
    mutating func consume(_ token: Int) {
      digest = Float((Int(digest) * 31 + token + 7) % 65_521)
    }
  }

  private final class Snapshot: StateSnapshot {
    var digest: Float = 0
  }

  let windowLimit: Int
  let chunkLimit = 5
  private let vocabularySize: Int
  private var current = Memory()
  /// The state after each token of a recorded window.
  private var recorded: [Memory] = []
  private var rows: [ContiguousArray<Float>] = []

  init(windowLimit: Int, vocabularySize: Int) {
    self.windowLimit = windowLimit
    self.vocabularySize = vocabularySize
  }

  func consume(_ segment: PassSegment) {
    precondition(segment.tokens.count <= (segment.isRecorded ? windowLimit : chunkLimit))
    var states: [Memory] = []
    var current = self.current
    for token in segment.tokens {
      current.consume(token)
      states.append(current)
    }
    if segment.logitCount > 0 {
      rows = states.suffix(segment.logitCount).map { state in
        ContiguousArray((0..<vocabularySize).map { state.digest + Float($0) })
      }
    }
    if segment.isRecorded { recorded = states } else { self.current = current }
  }

  func settle(first count: Int, of window: Int) {
    precondition(window == recorded.count)
    current = recorded[count - 1]
  }

  func withLogits<Result, E: Error>(
    row: Int, _ body: (Span<Float>) throws(E) -> Result
  ) throws(E) -> Result {
    let values = rows[row]
    return try body(values.span)
  }

  func firstNonFinite(row: Int, in columns: Range<Int>) -> Int? { nil }

  func makeSnapshot() -> any StateSnapshot { Snapshot() }

  func save(into snapshot: any StateSnapshot) {
    (snapshot as? Snapshot)?.digest = current.digest
  }

  func restore(_ snapshot: any StateSnapshot) {
    if let snapshot = snapshot as? Snapshot { current.digest = snapshot.digest }
  }

  func copyState(of other: any MambaSequence) {
    if let other = other as? FakeSequence { current = other.current }
  }

  var state: MambaState {
    get { MambaState(values: [current.digest]) }
    set { current.digest = newValue.values[0] }
  }
}
