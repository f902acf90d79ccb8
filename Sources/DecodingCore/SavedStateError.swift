/// Why a saved generation cannot be continued.
public enum SavedStateError: Error, Equatable, Sendable {
  /// The bytes do not begin as a saved generation does.
  case notASavedState
  /// The format is of another version.
  case unsupportedVersion(found: UInt32, supported: UInt32)
  /// The bytes end too early.
  case truncated(field: String, expected: UInt64, found: Int)
  /// The checksum is not that of the bytes.
  case damaged
  /// A field has a value that it cannot have.
  case invalidField(name: String, value: String, expected: String)
  /// The generation was saved with another model; fingerprints as hexadecimal digits.
  case otherModel(found: String, expected: String)
  /// A value of the verifier's state is infinite or not a number; values count from 0.
  case notFinite(index: Int)
  /// The model's files, whose fingerprint is needed, cannot be read.
  case unreadableModel(reason: String)
}

extension SavedStateError: CustomStringConvertible {
  /// What is wrong and what to do about it.
  public var description: String {
    switch self {
    case .notASavedState:
      "this is not a saved generation: give a file that --save-state wrote"
    case .unsupportedVersion(let found, let supported):
      "the saved generation has version \(found) of the format, and this program reads version "
        + "\(supported): save it again with this program"
    case .truncated(let field, let expected, let found):
      "the saved generation ends early: its \(field) should have \(expected) bytes and has "
        + "\(found); copy or save it again"
    case .damaged:
      "the saved generation is damaged: its checksum is wrong; copy or save it again"
    case .invalidField(let name, let value, let expected):
      "the saved generation's \(name) is \(value), but should be \(expected); save it again"
    case .otherModel(let found, let expected):
      "the generation was saved with another verifier: fingerprint \(found), and this one has "
        + "\(expected); give that verifier, or save a generation with this one"
    case .notFinite(let index):
      "value \(index) of the saved verifier's state is not a finite number; save it again"
    case .unreadableModel(let reason):
      "the verifier's fingerprint cannot be computed: \(reason)"
    }
  }
}
