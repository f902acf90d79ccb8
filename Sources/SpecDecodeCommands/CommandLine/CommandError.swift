/// Why a command failed, apart from what the models and their files report themselves.
package enum CommandError: Error, Equatable, Sendable {
  /// A file cannot be read.
  case unreadable(path: String, reason: String)
  /// A file has more bytes than the program takes.
  case tooLarge(path: String, limit: Int)
  /// A file or a folder cannot be written.
  case unwritable(path: String, reason: String)
  /// What is to be written is there already.
  case alreadyExists(path: String)
  /// The contents of a file are not what the command needs.
  case unexpectedContents(path: String, found: String, remedy: String)
  /// The reader of standard output is gone: no error to the user, but nothing is left to do.
  case closedPipe
  /// A signal came.
  case interrupted(signal: Int32)
}

extension CommandError: CustomStringConvertible {
  /// What went wrong and what to do about it.
  package var description: String {
    switch self {
    case .unreadable(let path, let reason):
      "\(path) cannot be read: \(reason); give the path of a readable file"
    case .tooLarge(let path, let limit):
      "\(path) has more than \(limit) bytes; give a smaller file"
    case .unwritable(let path, let reason):
      "\(path) cannot be written: \(reason)"
    case .alreadyExists(let path):
      "\(path) is there already; remove it, or give another place to write to"
    case .unexpectedContents(let path, let found, let remedy):
      "\(path) \(found); \(remedy)"
    case .closedPipe:
      "standard output was closed"
    case .interrupted:
      "interrupted"
    }
  }
}

extension CommandError {
  /// What `body` reads; what the system says against it is that the path is not readable.
  static func reading<Value>(
    _ path: String, _ body: () throws -> Value
  ) throws(CommandError) -> Value {
    try naming(body) { .unreadable(path: path, reason: $0) }
  }

  /// What `body` does to write; what the system says against it is that the path is not writable.
  static func writing<Value>(
    _ path: String, _ body: () throws -> Value
  ) throws(CommandError) -> Value {
    try naming(body) { .unwritable(path: path, reason: $0) }
  }

  /// What `body` returns; what the system says against it becomes a command's error.
  private static func naming<Value>(
    _ body: () throws -> Value, _ error: (String) -> CommandError
  ) throws(CommandError) -> Value {
    do {
      return try body()
    } catch let failure {
      throw failure as? CommandError ?? error(SystemErrorCode.text(of: failure))
    }
  }
}
