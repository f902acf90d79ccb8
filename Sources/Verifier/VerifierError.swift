public import Checkpoint
public import MambaDevices

/// Why a verifier could not be loaded.
public enum VerifierError: Error, Equatable, Sendable {
  /// The checkpoint is missing, damaged or of an unknown kind.
  case checkpoint(CheckpointError)

  /// The model's vocabulary is not the 256 bytes.
  case notByteLevel(directory: String, vocabularySize: Int)

  /// The device cannot be used.
  case device(DeviceError)

  init(_ error: ModelLoadingError) {
    self =
      switch error {
      case .checkpoint(let error): .checkpoint(error)
      case .device(let error): .device(error)
      }
  }
}

extension VerifierError: CustomStringConvertible {
  /// What went wrong and what to do about it.
  public var description: String {
    switch self {
    case .checkpoint(let error): error.description
    case .device(let error): error.description
    case .notByteLevel(let directory, let vocabularySize):
      "\(directory): vocab_size is \(vocabularySize), but a verifier is a byte-level model, whose "
        + "vocabulary is the 256 bytes; give a subword model with --drafter instead, and a "
        + "MambaByte checkpoint with --verifier"
    }
  }
}
