public import Checkpoint

/// Why a model could not be loaded onto a device.
public enum ModelError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The checkpoint is missing, damaged, of an unknown kind, or too large.
  case checkpoint(CheckpointError)
  /// The device cannot be used.
  case device(DeviceError)

  /// What went wrong and what to do about it.
  public var description: String {
    switch self {
    case .checkpoint(let error): error.description
    case .device(let error): error.description
    }
  }
}
