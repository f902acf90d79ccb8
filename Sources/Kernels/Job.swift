internal import CKernels
internal import Foundation

/// What a team's threads share: the pass in hand, the barrier inside it, and where each thread
/// waits for the next.
@safe
final class Job: @unchecked Sendable {
  /// How long the threads of a new team may take to appear.
  private static let startLimit = 2.0

  // SAFETY: what `door` guards is written before `begin` returns and `join` lets a thread in, and
  // only read afterwards.
  private let door = NSCondition()
  private let expectedCount: Int
  private var joinedCount = 0
  private var isOpen = false
  private var memberCount = 1
  private var quantized: [QuantizedActivations] = []
  private let passCall: PassCall
  private let barrier: TeamBarrier
  // SAFETY: points to one of the C tables, which are constant and never go away.
  private let kernels: UnsafePointer<ck_table>
  // SAFETY: written by the caller before it calls threads, read by those threads after, before the
  // barrier at which the caller waits for them. A pointer and not a closure, which would have to be
  // allocated for each pass.
  private var pass: (type: any TeamPass.Type, value: UnsafeRawPointer)?
  private var participants = 1
  private var log: PassLog?

  /// - Parameter memberCount: how many are expected, the caller included.
  init(memberCount: Int, instructionSet: InstructionSet) {
    expectedCount = memberCount
    passCall = PassCall(memberCount: memberCount)
    barrier = TeamBarrier(memberCount: memberCount)
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
    isOpen = true
    door.broadcast()
    return memberCount
  }

  /// The life of a thread other than the caller's.
  func serve() {
    guard let index = join() else { return }
    var call = 0
    repeat {
      call = passCall.wait(as: index, after: call)
    } while performPass(as: index)
  }

  /// - Parameters:
  ///   - participants: how many members take part, the caller included.
  ///   - most: how many would if all processors were free.
  ///   - log: receives what they do when.
  /// - Returns: how long they slept at barriers, added up.
  func run<Pass: TeamPass>(
    participants: Int, of most: Int, log: PassLog?, _ pass: Pass
  ) -> Duration {
    log?.begin()
    unsafe withUnsafePointer(to: pass) { value in
      unsafe self.pass = (Pass.self, UnsafeRawPointer(value))
      self.participants = participants
      self.log = log
      barrier.prepare(participants: participants)
      passCall.call(participants: participants, of: most)
      _ = perform(as: 0)
      barrier.wait(as: 0)
      unsafe self.pass = nil
      self.log = nil
    }
    return barrier.slept
  }

  /// Ends the threads.
  func end() {
    unsafe pass = nil
    passCall.call(participants: memberCount, of: memberCount)
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
    barrier.wait(as: index)
    return true
  }

  /// Returns with all that the pass refers to released, before the caller may drop it.
  @inline(never)
  private func perform(as index: Int) -> Bool {
    guard let (type, value) = unsafe pass else { return false }
    let saved = ck_enter_floating_point()
    barrier.enter(as: index)
    let member = unsafe TeamMember(
      index: index, count: participants, barrier: barrier, kernels: kernels,
      quantized: quantized[index], record: log?.record(of: index))
    member.log(.waking)
    unsafe type.perform(value, as: member)
    ck_leave_floating_point(saved)
    return true
  }
}
