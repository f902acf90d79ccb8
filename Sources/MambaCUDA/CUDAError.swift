/// Why an NVIDIA GPU cannot be used, or stopped being usable.
public enum CUDAError: Error, Equatable, Sendable {
  /// `libcuda.so.1` cannot be opened; what the system said.
  case noDriver(reason: String)
  /// The driver's library lacks a function.
  case missingEntry(name: String)
  /// The driver is older than CUDA 12; both as the driver counts, 1000 x major + 10 x minor.
  case driverTooOld(found: Int, needed: Int)
  /// There are not as many GPUs.
  case noDevice(index: Int, count: Int)
  /// The GPU's generation has no kernels here.
  case deviceTooOld(name: String, capability: Int)
  /// The GPU's memory has no room for this many bytes.
  case outOfMemory(byteCount: Int, free: Int)
  /// A call of the driver failed: its name, and the driver's name and text for what happened.
  case call(function: String, name: String, text: String)
}

extension CUDAError: CustomStringConvertible {
  /// What went wrong and what to do about it.
  public var description: String {
    switch self {
    case .noDriver(let reason):
      "no NVIDIA driver: \(reason); install the driver, or choose another device"
    case .missingEntry(let name):
      "the NVIDIA driver lacks the function \(name); a driver of CUDA 12.0 or later (525) has it"
    case .driverTooOld(let found, let needed):
      "the NVIDIA driver supports CUDA \(Self.version(found)), and \(Self.version(needed)) is needed; "
        + "update the driver"
    case .noDevice(let index, let count):
      count == 0
        ? "no NVIDIA GPU: the driver lists none"
        : "no GPU \(index): the driver lists \(count), counted from 0"
    case .deviceTooOld(let name, let capability):
      "\(name) has compute capability \(capability / 10).\(capability % 10); 7.5 or later is needed"
    case .outOfMemory(let byteCount, let free):
      "the GPU has no room for \(byteCount) bytes: \(free) are free; end other programs on it, choose "
        + "another GPU, or a smaller model"
    case .call(let function, let name, let text):
      "the NVIDIA driver failed in \(function): \(name) (\(text)); the results since are lost, "
        + "start the program again"
    }
  }

  private static func version(_ number: Int) -> String { "\(number / 1000).\(number % 1000 / 10)" }
}
