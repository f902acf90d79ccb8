internal import CKernels
internal import Foundation
internal import Synchronization

/// Where threads wait for what other threads do: spinning at first, because the work between two
/// waits takes microseconds, then asleep, so that a busy core is not starved.
final class WaitPoint: Sendable {
  private static let spinsBetweenLooks = 64

  private let spinLimit: Duration

  private let sleeperCount = Atomic(0)
  private let condition = NSCondition()

  /// - Parameter spinLimit: how long a thread spins before it sleeps.
  init(spinLimit: Duration) {
    self.spinLimit = spinLimit
  }

  /// Wakes those who sleep, after what they may wait for was stored sequentially consistent.
  func wake() {
    // A thread counts itself among the sleepers before it looks for the last time: either it sees
    // what was stored, or it is seen here.
    guard sleeperCount.load(ordering: .sequentiallyConsistent) > 0 else { return }
    condition.lock()
    condition.broadcast()
    condition.unlock()
  }

  /// Returns when `isOver`, which loads sequentially consistent, is true.
  ///
  /// - Returns: how long this thread slept; nil when spinning was enough.
  @discardableResult
  @inline(__always)
  func wait(until isOver: () -> Bool) -> Duration? {
    spin(until: isOver) ? nil : sleep(until: isOver)
  }

  @inline(__always)
  private func spin(until isOver: () -> Bool) -> Bool {
    var deadline: ContinuousClock.Instant?
    while true {
      for _ in 0..<Self.spinsBetweenLooks {
        if isOver() { return true }
        ck_pause()
      }
      let now = ContinuousClock.now
      if now >= deadline ?? .now + spinLimit { return false }
      deadline = deadline ?? now + spinLimit
    }
  }

  /// The same without spinning.
  @inline(never)
  @discardableResult
  func sleep(until isOver: () -> Bool) -> Duration {
    let start = ContinuousClock.now
    sleeperCount.add(1, ordering: .sequentiallyConsistent)
    condition.lock()
    while !isOver() { condition.wait() }
    condition.unlock()
    sleeperCount.subtract(1, ordering: .sequentiallyConsistent)
    return ContinuousClock.now - start
  }
}
