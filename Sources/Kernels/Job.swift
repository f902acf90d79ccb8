internal import CKernels
internal import Foundation

/// What a team's threads share: the pass in hand, the barrier inside it, and where each thread
/// waits for the next.
@safe
final class Job: @unchecked Sendable {
  /// How long the threads of a new team may take to appear.
  private static let startLimit = 2.0

  /// How long a thread spins for the next pass: longer than the caller works between two of them, as
  /// being woken takes a tenth of a pass and more.
  private static let spinLimit = Duration.microseconds(300)

  // SAFETY: what `door` guards is written before `begin` returns and `join` lets a thread in, and
  // only read afterwards.
  private let door = NSCondition()
  private let expectedCount: Int
  private var joinedCount = 0
  private var isOpen = false
  private var memberCount = 1
  private var quantized: [QuantizedActivations] = []
  /// Where the threads wait for a pass; the caller's stays unused.
  private var calls: [WaitPoint] = []
  private let barrier = TeamBarrier()
  // SAFETY: points to one of the C tables, which are constant and never go away.
  private let kernels: UnsafePointer<ck_table>
  // SAFETY: written by the caller before it calls threads, read by those threads after, before the
  // barrier at which the caller waits for them. A pointer and not a closure, which would have to be
  // allocated for each pass.
  private var pass: (type: any TeamPass.Type, value: UnsafeRawPointer)?
  private var participants = 1

  /// - Parameter memberCount: how many are expected, the caller included.
  init(memberCount: Int, instructionSet: InstructionSet) {
    expectedCount = memberCount
    unsafe kernels = instructionSet.kernels
  }

  /// Waits until as many threads as expected have joined, or no more of them come.
  ///
  /// A system that is short of threads starts none without a word; waiting for those would be for
  /// ever.
  ///
  /// - Returns: the members, the caller included.
  func begin() -> Int {
    door.lock()
    defer { door.unlock() }
    let deadline = Date(timeIntervalSinceNow: Self.startLimit)
    while joinedCount + 1 < expectedCount, door.wait(until: deadline) {}
    memberCount = joinedCount + 1
    quantized = (0..<memberCount).map { _ in QuantizedActivations() }
    calls = (0..<memberCount).map { _ in WaitPoint(spinLimit: Self.spinLimit) }
    isOpen = true
    door.broadcast()
    return memberCount
  }

  /// The life of a thread other than the caller's.
  func serve() {
    guard let index = join() else { return }
    let call = calls[index]
    var seen = 0
    repeat {
      seen += 1
      call.wait(until: seen)
    } while performPass(as: index)
  }

  /// - Parameter participants: how many members take part, the caller included.
  /// - Returns: how long they slept at barriers, added up.
  func run<Pass: TeamPass>(participants: Int, _ pass: Pass) -> Duration {
    unsafe withUnsafePointer(to: pass) { value in
      unsafe self.pass = (Pass.self, UnsafeRawPointer(value))
      self.participants = participants
      barrier.prepare(participants: participants)
      for index in 1..<participants { call(index) }
      _ = perform(as: 0)
      barrier.wait()
      unsafe self.pass = nil
    }
    return barrier.slept
  }

  /// Ends the threads.
  func end() {
    unsafe pass = nil
    for index in calls.indices.dropFirst() { call(index) }
  }

  private func call(_ index: Int) {
    _ = calls[index].arrive()
    calls[index].wake()
  }

  /// This thread's place in the team; nil when the team began without it.
  private func join() -> Int? {
    door.lock()
    defer { door.unlock() }
    guard !isOpen else { return nil }
    joinedCount += 1
    let index = joinedCount
    if joinedCount + 1 == expectedCount { door.broadcast() }
    while !isOpen { door.wait() }
    return index
  }

  /// False when the team has ended.
  private func performPass(as index: Int) -> Bool {
    guard perform(as: index) else { return false }
    barrier.wait()
    return true
  }

  /// Returns with all that the pass refers to released, before the caller may drop it.
  @inline(never)
  private func perform(as index: Int) -> Bool {
    guard let (type, value) = unsafe pass else { return false }
    let saved = ck_enter_floating_point()
    unsafe type.perform(
      value,
      as: TeamMember(
        index: index, count: participants, barrier: barrier, kernels: kernels,
        quantized: quantized[index]))
    ck_leave_floating_point(saved)
    return true
  }
}
