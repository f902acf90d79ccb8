public import MambaDevices

/// Why a verifier could not be loaded.
public enum VerifierError: Error, Equatable, Sendable {
  /// The checkpoint or the device cannot be used.
  case model(ModelError)

  /// The model's vocabulary is not the 256 bytes.
  case notByteLevel(directory: String, vocabularySize: Int)
}

extension VerifierError: CustomStringConvertible {
  /// What went wrong and what to do about it.
  public var description: String {
    switch self {
    case .model(let error): error.description
    case .notByteLevel(let directory, let vocabularySize):
      "\(directory): vocab_size is \(vocabularySize), but a verifier is a byte-level model, whose "
        + "vocabulary is the 256 bytes; give a subword model with --drafter instead, and a "
        + "MambaByte checkpoint with --verifier"
    }
  }
}
