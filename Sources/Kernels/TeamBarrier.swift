internal import Synchronization

/// Where the members who take part in a pass wait for each other.
///
/// Each counts his arrivals on a cache line of his own and reads those of the others: the lines
/// travel at the same time, where a count that all add to would travel from one to the next.
@safe
final class TeamBarrier: @unchecked Sendable {
  /// From one count to the next: a cache line, and that which some processors fetch beside it.
  private static let stride = 128

  private let memberCount: Int
  // SAFETY: `memberCount` counts, initialized in `init` and freed in `deinit`.
  private let memory: UnsafeMutableRawPointer
  private let participants = Atomic(1)
  /// What every participant has counted before the pass.
  private let arrivalsBefore = Atomic(0)
  private let sleptNanoseconds = Atomic(0)
  private let point = WaitPoint(spinLimit: .microseconds(50))

  init(memberCount: Int) {
    self.memberCount = memberCount
    unsafe memory = UnsafeMutableRawPointer.allocate(
      byteCount: memberCount * Self.stride, alignment: Self.stride)
    for index in 0..<memberCount {
      unsafe (memory + index * Self.stride).initializeMemory(as: Atomic<Int>.self, to: Atomic(0))
    }
  }

  deinit {
    unsafe memory.deallocate()
  }

  /// Sets how many take part in the next pass. Everyone has arrived at the last barrier by then; who
  /// slept there may still be waking, and what he slept counts for either pass or for none.
  func prepare(participants count: Int) {
    participants.store(count, ordering: .relaxed)
    arrivalsBefore.store(arrivals(of: 0), ordering: .relaxed)
    sleptNanoseconds.store(0, ordering: .relaxed)
  }

  /// Before a member's first barrier of a pass: he may have been away for some.
  func enter(as index: Int) {
    let count = arrivalsBefore.load(ordering: .relaxed)
    if arrivals(of: index) != count { store(count, of: index) }
  }

  /// How long members slept since `prepare`, added up: read after the pass.
  var slept: Duration { .nanoseconds(sleptNanoseconds.load(ordering: .relaxed)) }

  /// Returns when every participant has called it.
  func wait(as index: Int) {
    let count = participants.load(ordering: .relaxed)
    guard count > 1 else { return }
    let arrival = arrivals(of: index) + 1
    store(arrival, of: index)
    // The others from the next on, so that not all read the same line first.
    var next = index + 1
    let last = index + count
    func haveAllArrived() -> Bool {
      while next < last {
        guard arrivals(of: next < count ? next : next - count) >= arrival else { return false }
        next += 1
      }
      return true
    }
    // Who arrives last finds all there, and wakes those who sleep.
    if haveAllArrived() {
      point.wake()
    } else if let slept = point.wait(until: haveAllArrived) {
      let nanoseconds = slept.components.attoseconds / 1_000_000_000
      sleptNanoseconds.add(
        Int(clamping: slept.components.seconds * 1_000_000_000 + nanoseconds), ordering: .relaxed)
    }
  }

  private func arrivals(of index: Int) -> Int {
    unsafe count(index).pointee.load(ordering: .sequentiallyConsistent)
  }

  private func store(_ count: Int, of index: Int) {
    unsafe self.count(index).pointee.store(count, ordering: .sequentiallyConsistent)
  }

  @inline(__always)
  private func count(_ index: Int) -> UnsafeMutablePointer<Atomic<Int>> {
    unsafe (memory + index * Self.stride).assumingMemoryBound(to: Atomic<Int>.self)
  }
}
