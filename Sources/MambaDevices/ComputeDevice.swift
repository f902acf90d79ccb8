public import Kernels
public import MambaCUDA

/// Where a model is computed. Changes the speed, never the output.
public enum ComputeDevice: Sendable {
  /// The processor, with so many threads, the caller's included. When nil there are as many as
  /// physical cores that the process may use, by its affinity and the quota of its control group;
  /// if these are more than four, some dozens of passes tell, when a model is loaded, how many of them
  /// it is fastest with. Models with equally many threads share them.
  case cpu(threads: Int? = nil)

  /// The processor, with threads of the program's own.
  case pool(ComputePool)

  /// An NVIDIA GPU, counted from 0 as the driver lists them. For int8 models with the processor's
  /// bits; the driver is all that is needed.
  case cuda(Int = 0)

  /// A team of a test's own.
  package static func team(_ team: WorkerTeam) -> ComputeDevice { .pool(ComputePool(team)) }

}

/// Why a device cannot be used.
public enum DeviceError: Error, Equatable, Sendable, CustomStringConvertible {
  /// `SPECDECODE_ISA` names an instruction set that this processor or build lacks.
  case instructionSet(InstructionSetError)
  /// An NVIDIA GPU cannot be used.
  case cuda(CUDAError)

  /// What went wrong and what to do about it.
  public var description: String {
    switch self {
    case .instructionSet(let error): error.description
    case .cuda(let error): error.description
    }
  }
}

/// Threads that models compute on, for a program that wants its own.
///
/// Without one, models that ask for equally many threads share a pool of the process. Passes of all
/// models on a pool take turns; its threads end with the last model that uses it. The number of
/// threads changes the speed, never the output.
public struct ComputePool: Sendable {
  package let team: WorkerTeam

  package init(_ team: WorkerTeam) {
    self.team = team
  }

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

extension ComputeDevice {
  /// The NVIDIA GPUs that the driver lists, in its order; none without a driver.
  public static var gpuNames: [String] { (try? Device.names()) ?? [] }
}
