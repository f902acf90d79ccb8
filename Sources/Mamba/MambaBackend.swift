/// Weights on one device, and passes over them: all that another device has to provide.
///
/// For int8 models every backend gives the same logits and states, to the bit.
package protocol MambaBackend: Sendable {
  /// What computes, for reports.
  var device: DeviceDescription { get }

  /// Memory that the packed weights take on the device, in bytes.
  var weightByteCount: Int { get }

  /// What a pass costs by its number of positions, from one on, in steps that follow each other, where
  /// another model has computed before it. May be empty: not known.
  var passCosts: [Double] { get }

  /// A sequence that has consumed nothing.
  ///
  /// - Parameter windowLimit: the most tokens of a recorded window; at least 1.
  func makeSequence(windowLimit: Int) -> any MambaSequence

  /// One pass over the weights: each segment's tokens are consumed by its own sequence.
  ///
  /// A sequence comes at most once in a pass. What one segment gives does not depend on the others.
  /// Logits, and what a rollback needs, are kept until one of the pass's sequences is in another:
  /// sequences that shared a pass are settled before the next.
  func run(_ segments: Span<PassSegment>)
}

extension MambaBackend {
  package var passCosts: [Double] { [] }
}

/// One recurrent state on a device, with the room that its passes need. Never copied.
package protocol MambaSequence: AnyObject {
  /// The most tokens of a recorded window.
  var windowLimit: Int { get }

  /// The most tokens of any pass.
  var chunkLimit: Int { get }

  /// Keeps the first tokens of the recorded window, which had `window` of them, and forgets the rest.
  ///
  /// - Complexity: a replay of the scans over `count` positions; none when the whole window is kept.
  func settle(first count: Int, of window: Int)

  /// Lends a row of the last pass's logits: entry v is that of vocabulary entry v.
  func withLogits<Result, E: Error>(
    row: Int, _ body: (Span<Float>) throws(E) -> Result
  ) throws(E) -> Result

  /// The first NaN or infinity in some columns of a row of logits; nil if there is none.
  func firstNonFinite(row: Int, in columns: Range<Int>) -> Int?

  /// Room on the device for a copy of the state.
  func makeSnapshot() -> any StateSnapshot

  /// Copies the state into a snapshot that this sequence made.
  func save(into snapshot: any StateSnapshot)

  /// Returns to a snapshot that a sequence of the same model made.
  func restore(_ snapshot: any StateSnapshot)

  /// Becomes what another sequence of the same model is, or was before a window that is not settled.
  func copyState(of other: any MambaSequence)

  /// What sequences that share passes take of the memory that programs share; nil where the device
  /// has its own, and says itself when there is no more.
  var memory: SequenceMemory? { get }

  /// Why its device computes no more, and what to do about it; nil while all is well. Then
  /// `firstNonFinite` finds something in every row.
  var failure: String? { get }

  /// The state on the host; of a window in progress, the state before it.
  var state: MambaState { get set }
}

extension MambaSequence {
  package var failure: String? { nil }
  package var memory: SequenceMemory? { nil }
}

/// What a sequence takes in memory, in bytes.
package struct SequenceMemory: Sendable, Equatable {
  /// The state, twice.
  package let states: Int
  /// The buffers of passes that consume, of this sequence alone.
  package let chunk: Int
  /// The buffers of a recorded pass, for each position.
  package let position: Int
}

/// A copy of a state, where its backend keeps it.
package protocol StateSnapshot: AnyObject {}

/// One sequence's part of a pass.
package struct PassSegment {
  /// What consumes the tokens.
  package let sequence: any MambaSequence

  /// Vocabulary entries: 1 to `chunkLimit`, of a recorded window at most `windowLimit`.
  package let tokens: ArraySlice<Int>

  /// Whether some of the tokens may be taken back: the state before them is kept, and what a replay
  /// needs. `settle` must follow before the sequence's next pass.
  package let isRecorded: Bool

  /// Which logits to compute.
  package let logits: LogitsRequest

  package init(
    _ sequence: any MambaSequence, tokens: ArraySlice<Int>, isRecorded: Bool, logits: LogitsRequest
  ) {
    self.sequence = sequence
    self.tokens = tokens
    self.isRecorded = isRecorded
    self.logits = logits
  }

  /// Rows of logits that the segment gives.
  package var logitCount: Int {
    switch logits {
    case .none: 0
    case .last: 1
    case .all: tokens.count
    }
  }
}

/// Which logits a pass computes.
package enum LogitsRequest: Sendable {
  /// None.
  case none
  /// After every position, in rows of the same number; of a recorded window.
  case all
  /// After the last position, of a range of the vocabulary, in row 0.
  case last(rows: Range<Int>)
}

/// What computes a model: for reports, never for decisions.
public struct DeviceDescription: Sendable, Equatable {
  /// Which device: `cpu`.
  public let name: String

  /// What its kernels run on: for a CPU the instruction set.
  public let architecture: String

  /// Threads that compute a step, the caller's included.
  public let threads: Int

  /// How that was measured; nil where it is given.
  package let choices: MemberChoices?

  package init(name: String, architecture: String, threads: Int, choices: MemberChoices? = nil) {
    self.name = name
    self.architecture = architecture
    self.threads = threads
    self.choices = choices
  }
}
