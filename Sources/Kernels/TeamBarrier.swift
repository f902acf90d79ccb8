internal import Synchronization

/// Where the members who take part in a pass wait for each other: the count of arrivals only grows,
/// so that one number in one cache line is all that they pass around.
final class TeamBarrier: Sendable {
  private let participants = Atomic(1)
  /// Arrivals before the pass.
  private let arrivalsBefore = Atomic(0)
  private let sleptNanoseconds = Atomic(0)
  private let point = WaitPoint(spinLimit: .microseconds(50))

  /// Sets how many take part in the next pass. Everyone has arrived at the last barrier by then; who
  /// slept there may still be waking, and what he slept counts for either pass or for none.
  func prepare(participants count: Int) {
    participants.store(count, ordering: .relaxed)
    arrivalsBefore.store(point.count, ordering: .relaxed)
    sleptNanoseconds.store(0, ordering: .relaxed)
  }

  /// How long members slept since `prepare`, added up: read after the pass.
  var slept: Duration { .nanoseconds(sleptNanoseconds.load(ordering: .relaxed)) }

  /// Returns when every participant has called it.
  func wait() {
    let count = participants.load(ordering: .relaxed)
    guard count > 1 else { return }
    let before = arrivalsBefore.load(ordering: .relaxed)
    let arrival = point.arrive()
    // Nobody arrives for the next time before all have arrived for this one.
    let missing = (count - (arrival - before) % count) % count
    if missing == 0 {
      point.wake()
    } else if let slept = point.wait(until: arrival + missing) {
      let nanoseconds = slept.components.attoseconds / 1_000_000_000
      sleptNanoseconds.add(
        Int(clamping: slept.components.seconds * 1_000_000_000 + nanoseconds), ordering: .relaxed)
    }
  }
}
