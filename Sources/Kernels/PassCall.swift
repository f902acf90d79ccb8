internal import Synchronization

/// Where the threads of a team wait for the next pass: one number in one cache line, which the
/// caller writes once and all read.
final class PassCall: Sendable {
  /// How long a thread spins for the next pass: longer than the caller works between two of them, as
  /// being woken takes a tenth of a pass and more.
  private static let spinLimit = Duration.microseconds(300)
  /// The same where some members may sit out a draft, which few of them compute.
  private static let largeTeamSpinLimit = Duration.milliseconds(2)
  /// Enough for the largest team, and to count passes for years.
  private static let participantBits = 12

  /// The number of passes, then how many members the last may have, and in the low bits how many
  /// take part.
  private let last = Atomic(0)
  /// One a member; the caller's stays unused. Who takes no part sleeps on.
  private let points: [WaitPoint]

  init(memberCount: Int) {
    // More threads than cores would keep each other from computing.
    let isLarge = WorkerTeam.wholeSize < memberCount && memberCount <= WorkerTeam.defaultSize
    let limit = isLarge ? Self.largeTeamSpinLimit : Self.spinLimit
    points = (0..<memberCount).map { _ in WaitPoint(spinLimit: limit) }
  }

  /// Calls the members before `participants`, of whom the caller is the first.
  ///
  /// - Parameter most: how many would take part if all processors were free.
  func call(participants: Int, of most: Int) {
    let bits = Self.participantBits
    let count = last.load(ordering: .relaxed) >> (2 * bits) + 1
    last.store(
      (count << bits | most) << bits | participants, ordering: .sequentiallyConsistent)
    for index in 1..<participants { points[index].wake() }
  }

  /// Returns when a member is called again.
  ///
  /// - Parameter seen: what this returned before; 0 at first.
  func wait(as index: Int, after seen: Int) -> Int {
    let (bits, mask) = (Self.participantBits, 1 << Self.participantBits - 1)
    var call = seen
    points[index].wait {
      call = last.load(ordering: .sequentiallyConsistent)
      return call != seen && call >> bits & mask > index
    }
    if call & mask <= index {
      // Left out, as another program wants the processor.
      points[index].sleep {
        call = last.load(ordering: .sequentiallyConsistent)
        return call & mask > index
      }
    }
    return call
  }
}
