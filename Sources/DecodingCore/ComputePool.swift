public import Kernels

/// Threads that models compute on, for a program that wants its own.
///
/// Without one, models that ask for equally many threads share a pool of the process. Passes of all
/// models on a pool take turns; its threads end with the last model that uses it. The number of
/// threads changes the speed, never the output.
public struct ComputePool: Sendable {
  package let team: WorkerTeam

  /// How many threads there are, the caller's included.
  public var threads: Int { team.size }

  /// Starts the threads; fewer where the system does not give as many.
  ///
  /// - Parameter threads: 1 to 1,024, brought into this range; when nil, the physical cores that
  ///   this process may use (affinity mask, control groups).
  /// - Throws: `InstructionSetError` when `SPECDECODE_ISA` names an unsupported one.
  public init(threads: Int? = nil) throws(InstructionSetError) {
    team = WorkerTeam(
      size: min(max(threads ?? WorkerTeam.defaultSize, 1), WorkerTeam.sizeLimit),
      instructionSet: try InstructionSet.selected(), adapts: true)
  }
}
