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

  /// Whether it is read from standard input.
  var isStandardInput: Bool { self == .file("-") }

  /// The prompt.
  func bytes() throws(CommandError) -> [UInt8] {
    switch self {
    case .builtIn: Array(Self.builtInText.utf8)
    case .given(let bytes): bytes
    case .file(let path): try FileInput.bytes(of: path)
    }
  }
}

extension OptionReader {
  /// `--prompt` or `--prompt-file`; nil without them.
  ///
  /// - Parameter fallback: what help says is taken then.
  func prompt(_ purpose: String, fallback: String) throws(UsageError) -> PromptSource? {
    let text = bytes(
      "--prompt -p", "TEXT|-",
      "\(purpose); may be empty; - is standard input (default: \(fallback))")
    let file = try path(
      "--prompt-file -f --file", "PATH", "the prompt's bytes from a file; - is standard input")
    try exclude("--prompt", "--prompt-file", remedy: "give one prompt")
    return text.map { $0 == [UInt8(ascii: "-")] ? .file("-") : .given($0) }
      ?? file.map { .file($0) }
  }
}
