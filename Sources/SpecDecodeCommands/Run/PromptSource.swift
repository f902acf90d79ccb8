/// Where a prompt comes from.
enum PromptSource: Equatable {
  /// The sentence that is used when none is given.
  case builtIn
  /// The command line.
  case given([UInt8])
  /// A file; `-` is standard input.
  case file(String)

  /// The built-in prompt: prose of the kind that the bundled models were trained on.
  static let builtInText = "The captain looked at me and said,"

  /// The prompt.
  func bytes() throws(CommandError) -> [UInt8] {
    switch self {
    case .builtIn: Array(Self.builtInText.utf8)
    case .given(let bytes): bytes
    case .file(let path): try FileInput.bytes(of: path)
    }
  }
}
