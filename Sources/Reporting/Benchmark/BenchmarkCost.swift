/// A point of a cost curve: what one piece of work takes, measured apart from generations.
package struct BenchmarkCost: Sendable, Equatable, Codable {
  /// Which piece of work.
  package enum Work: String, Sendable, Codable, CaseIterable {
    /// A byte of plain decoding.
    case step
    /// A pass over a window of `size` bytes.
    case verify
    /// Rolling a window of `size` bytes back to its first half.
    case rollBack = "roll_back"
    /// The drafter's taking in of `size` decided bytes.
    case catchUp = "catch_up"
    /// Drafting the token number `size` of a draft, from 1.
    case draftToken = "draft_token"
  }

  /// Which piece of work.
  package var work: Work
  /// Bytes, or which token of the draft.
  package var size: Int
  /// The place of the drafter in the run's list.
  package var drafter: Int?
  /// Seconds, repetition by repetition.
  package var seconds: [Double]

  /// Collects a point.
  package init(work: Work, size: Int, drafter: Int? = nil, seconds: [Double]) {
    self.work = work
    self.size = size
    self.drafter = drafter
    self.seconds = seconds
  }
}
