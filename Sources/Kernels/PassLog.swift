internal import Dispatch

/// When the members of a team ended the parts of a pass: for measuring.
@safe
package final class PassLog: @unchecked Sendable {
  /// What a member did.
  package enum Part: Int, Sendable, CaseIterable, Encodable {
    /// Being called.
    case waking
    case norm
    case quantizing
    case products
    case convolution
    case softplus
    case scan
    /// Being at a barrier.
    case waiting
  }

  /// The end of a part.
  package struct Event: Sendable {
    package let part: Part
    /// Nanoseconds of a clock that all members read.
    package let time: Int
  }

  /// Events of the members of the last pass; empty for those who took no part.
  package var members: [[Event]] {
    (0..<memberCount).map { unsafe records[$0].events }
  }

  /// When the last pass began.
  package private(set) var start = 0

  private let memberCount: Int
  // SAFETY: `memberCount` records, each written by one member alone during a pass; freed in `deinit`.
  private let records: UnsafeMutablePointer<Record>

  /// What a member writes, with a cache line between it and another's.
  struct Record {
    private(set) var events: [Event] = []
    private let padding: (Int, Int, Int, Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0, 0, 0, 0)

    mutating func append(_ part: Part) {
      events.append(Event(part: part, time: PassLog.now))
    }

    fileprivate mutating func clear() {
      events.removeAll(keepingCapacity: true)
    }
  }

  /// A log for the passes of a team with so many members.
  package init(memberCount: Int) {
    self.memberCount = memberCount
    unsafe records = .allocate(capacity: memberCount)
    unsafe records.initialize(repeating: Record(), count: memberCount)
  }

  deinit {
    unsafe records.deinitialize(count: memberCount)
    unsafe records.deallocate()
  }

  /// Forgets the last pass.
  func begin() {
    for index in 0..<memberCount { unsafe records[index].clear() }
    start = Self.now
  }

  // SAFETY: what it points to lives as long as the log.
  func record(of index: Int) -> UnsafeMutablePointer<Record> {
    unsafe records + index
  }

  private static var now: Int { Int(DispatchTime.now().uptimeNanoseconds) }
}
