internal import CKernels
internal import Foundation
internal import Synchronization

/// A count of arrivals that threads wait for: spinning at first, because the work between two waits
/// takes microseconds, then asleep, so that a busy core is not starved.
final class WaitPoint: Sendable {
  private static let spinsBetweenLooks = 64

  private let spinLimit: Duration

  private let arrivals = Atomic(0)
  private let sleeperCount = Atomic(0)
  private let condition = NSCondition()

  /// - Parameter spinLimit: how long a thread spins before it sleeps.
  init(spinLimit: Duration) {
    self.spinLimit = spinLimit
  }

  /// Arrivals so far.
  var count: Int { arrivals.load(ordering: .acquiring) }

  /// Counts an arrival: what was written before can be read by those who see it.
  ///
  /// - Returns: the count with it.
  func arrive() -> Int {
    arrivals.add(1, ordering: .sequentiallyConsistent).newValue
  }

  /// Wakes those who sleep, after an arrival that they may wait for.
  func wake() {
    // A thread counts itself among the sleepers before it looks at the arrivals for the last time:
    // either it sees the new count, or it is seen here.
    guard sleeperCount.load(ordering: .sequentiallyConsistent) > 0 else { return }
    condition.lock()
    condition.broadcast()
    condition.unlock()
  }

  /// Returns when there were as many arrivals as `target`.
  ///
  /// - Returns: how long this thread slept; nil when spinning was enough.
  @discardableResult
  func wait(until target: Int) -> Duration? {
    spin(until: target) ? nil : sleep(until: target)
  }

  private func spin(until target: Int) -> Bool {
    var deadline: ContinuousClock.Instant?
    while true {
      for _ in 0..<Self.spinsBetweenLooks {
        if count >= target { return true }
        ck_pause()
      }
      let now = ContinuousClock.now
      if now >= deadline ?? .now + spinLimit { return false }
      deadline = deadline ?? now + spinLimit
    }
  }

  private func sleep(until target: Int) -> Duration {
    let start = ContinuousClock.now
    sleeperCount.add(1, ordering: .sequentiallyConsistent)
    condition.lock()
    while arrivals.load(ordering: .sequentiallyConsistent) < target { condition.wait() }
    condition.unlock()
    sleeperCount.subtract(1, ordering: .sequentiallyConsistent)
    return ContinuousClock.now - start
  }
}
