internal import CKernels
internal import Foundation
import SpecDecodePlatform
internal import Synchronization

/// Threads that run a pass together, each on its share of every matrix.
///
/// One pass runs at a time; callers on different threads take turns. The number of threads and
/// the instruction set change the speed of a pass, never a bit of its results.
package final class WorkerTeam: Sendable {
  /// How many threads take part, the caller's included.
  package let size: Int

  /// What the kernels run on.
  package let instructionSet: InstructionSet

  private let adapts: Bool
  private let job: Job
  /// Whose turn it is.
  private let turn: Mutex<Turn>

  /// What is used by him whose turn it is.
  private struct Turn {
    /// One for each number of members that passes ask for: what helps few need not help many.
    var governors: [TeamGovernor]
    var log: PassLog?
  }

  /// Starts `size - 1` threads, which end with the team.
  ///
  /// Where the system refuses some of them the team is as large as those it gave.
  ///
  /// - Parameters:
  ///   - size: at least 1.
  ///   - instructionSet: one that this processor has.
  ///   - adapts: whether fewer members take part while other programs keep processors busy.
  package init(size: Int, instructionSet: InstructionSet, adapts: Bool = false) {
    precondition(size >= 1 && instructionSet.isAvailable)
    self.instructionSet = instructionSet
    self.adapts = adapts
    job = Job(memberCount: size, instructionSet: instructionSet)
    for _ in 1..<size {
      let thread = Thread { [job] in job.serve() }
      thread.name = "specdecode worker"
      thread.qualityOfService = .userInteractive
      thread.start()
    }
    self.size = job.begin()
    turn = Mutex(Turn(governors: (1...self.size).map { TeamGovernor(size: $0) }))
  }

  deinit {
    job.end()
  }

  /// Runs `pass` on the threads of the team, and returns when all are done.
  ///
  /// On each thread results are rounded to nearest and subnormal numbers are kept, whatever the
  /// host program has set; its settings are restored afterwards.
  ///
  /// Must not be called from within a pass.
  ///
  /// - Parameter members: the most who take part, from 1 on; all when nil.
  /// - Returns: how long the pass took, without waiting for others' passes.
  @discardableResult
  package func run(_ pass: some TeamPass, members: Int? = nil) -> Duration {
    let place = min(members ?? size, size) - 1
    return turn.withLock { turn in
      let start = ContinuousClock.now
      let slept = job.run(
        participants: turn.governors[place].participants, of: place + 1, log: turn.log, pass)
      let elapsed = ContinuousClock.now - start
      if adapts { turn.governors[place].recordPass(lasting: elapsed, slept: slept) }
      return elapsed
    }
  }

  /// Logs what members do in the passes from now on; nil ends that.
  package func record(in log: PassLog?) {
    turn.withLock { $0.log = log }
  }

  /// Runs a closure as a pass; allocates its context.
  package func run(members: Int? = nil, _ body: @Sendable (TeamMember) -> Void) {
    withoutActuallyEscaping(body) { _ = run(ClosurePass(body: $0), members: members) }
  }
}

extension WorkerTeam {
  /// How many threads a team has unless told otherwise: the physical cores that this process may
  /// use.
  package static let defaultSize = ProcessorCount.usable

  /// Teams of so many compute all passes together; of larger ones some may sit out short passes.
  package static let wholeSize = 4

  /// The most threads that may be asked for.
  package static let sizeLimit = 1024

  /// The process's team of a size: made at the first call, shared by all models that ask for it.
  ///
  /// - Throws: `InstructionSetError` when `SPECDECODE_ISA` names an unsupported one.
  package static func shared(size: Int? = nil) throws(InstructionSetError) -> WorkerTeam {
    let size = min(max(size ?? defaultSize, 1), sizeLimit)
    let instructionSet = try InstructionSet.selected()
    return teams.withLock { teams in
      let key = "\(instructionSet) \(size)"
      if let team = teams[key] { return team }
      let team = WorkerTeam(size: size, instructionSet: instructionSet, adapts: true)
      teams[key] = team
      return team
    }
  }

  private static let teams = Mutex<[String: WorkerTeam]>([:])
}
