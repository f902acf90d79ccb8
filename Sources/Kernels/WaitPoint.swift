internal import CKernels
internal import Foundation
internal import Synchronization

/// A count that threads wait for to change: spinning at first, because the work between two waits
/// takes microseconds, then asleep, so that a busy core is not starved.
final class WaitPoint: Sendable {
  private static let spinLimit = Duration.microseconds(50)
  private static let spinsBetweenLooks = 64

  private let generation = Atomic(0)
  private let sleeperCount = Atomic(0)
  private let condition = NSCondition()

  /// Changes with each `advance`.
  var current: Int { generation.load(ordering: .acquiring) }

  /// Lets all who wait go on; what was written before can be read after.
  func advance() {
    generation.add(1, ordering: .sequentiallyConsistent)
    // A thread counts itself among the sleepers before it looks at the generation for the last
    // time: either it sees the new one, or it is seen here.
    guard sleeperCount.load(ordering: .sequentiallyConsistent) > 0 else { return }
    condition.lock()
    condition.broadcast()
    condition.unlock()
  }

  /// Returns when the generation is no longer `current`.
  ///
  /// - Returns: how long this thread slept; nil when spinning was enough.
  @discardableResult
  func wait(while current: Int) -> Duration? {
    spin(while: current) ? nil : sleep(while: current)
  }

  private func spin(while current: Int) -> Bool {
    var deadline: ContinuousClock.Instant?
    while true {
      for _ in 0..<Self.spinsBetweenLooks {
        if self.current != current { return true }
        ck_pause()
      }
      let now = ContinuousClock.now
      if now >= deadline ?? .now + Self.spinLimit { return false }
      deadline = deadline ?? now + Self.spinLimit
    }
  }

  private func sleep(while current: Int) -> Duration {
    let start = ContinuousClock.now
    sleeperCount.add(1, ordering: .sequentiallyConsistent)
    condition.lock()
    while generation.load(ordering: .sequentiallyConsistent) == current { condition.wait() }
    condition.unlock()
    sleeperCount.subtract(1, ordering: .sequentiallyConsistent)
    return ContinuousClock.now - start
  }
}
