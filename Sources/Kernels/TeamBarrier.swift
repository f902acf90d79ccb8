internal import CKernels
internal import Foundation
internal import Synchronization

/// Where the members of a team wait for each other: spinning at first, because the work between
/// two barriers takes microseconds, then asleep, so that a busy core is not starved.
final class TeamBarrier: Sendable {
  private static let spinLimit = Duration.microseconds(50)
  private static let spinsBetweenLooks = 64

  private let memberCount: Int
  private let arrivedCount = Atomic(0)
  private let generation = Atomic(0)
  private let sleeperCount = Atomic(0)
  private let condition = NSCondition()

  init(memberCount: Int) {
    self.memberCount = memberCount
  }

  /// Returns when every member has called it.
  func wait() {
    guard memberCount > 1 else { return }
    let current = generation.load(ordering: .acquiring)
    if arrivedCount.add(1, ordering: .acquiringAndReleasing).newValue == memberCount {
      release()
    } else if !spin(while: current) {
      sleep(while: current)
    }
  }

  private func release() {
    arrivedCount.store(0, ordering: .relaxed)
    generation.add(1, ordering: .sequentiallyConsistent)
    // A member counts itself among the sleepers before it looks at the generation for the last
    // time: either it sees the new one, or it is seen here.
    guard sleeperCount.load(ordering: .sequentiallyConsistent) > 0 else { return }
    condition.lock()
    condition.broadcast()
    condition.unlock()
  }

  private func spin(while current: Int) -> Bool {
    let deadline = ContinuousClock.now + Self.spinLimit
    repeat {
      for _ in 0..<Self.spinsBetweenLooks {
        if generation.load(ordering: .acquiring) != current { return true }
        ck_pause()
      }
    } while ContinuousClock.now < deadline
    return false
  }

  private func sleep(while current: Int) {
    sleeperCount.add(1, ordering: .sequentiallyConsistent)
    condition.lock()
    while generation.load(ordering: .sequentiallyConsistent) == current { condition.wait() }
    condition.unlock()
    sleeperCount.subtract(1, ordering: .sequentiallyConsistent)
  }
}
