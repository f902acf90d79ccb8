import Checkpoint
import Foundation
import Mamba
import Reporting
import SpecDecodePlatform

/// The bytes that were asked for go here, and nothing else.
enum StandardOutput {
  /// Whether a person is reading.
  static var isTerminal: Bool { isatty(FileHandle.standardOutput.fileDescriptor) == 1 }

  /// Writes at once, without a buffer.
  ///
  /// - Throws: `CommandError.closedPipe` when the reader is gone, `unwritable` for anything else.
  static func write(_ bytes: [UInt8]) throws(CommandError) {
    do {
      try DescriptorOutput.write(bytes, to: FileHandle.standardOutput.fileDescriptor)
    } catch {
      guard error.code != EPIPE else { throw .closedPipe }
      throw .unwritable(path: "standard output", reason: SystemErrorCode.text(of: error.code))
    }
  }
}

/// Reports, progress and errors go here.
enum StandardError {
  /// Whether a person is reading.
  static var isTerminal: Bool { isatty(FileHandle.standardError.fileDescriptor) == 1 }

  /// Writes a message. Names in it may come from anywhere: what is no text in them is made visible.
  static func say(_ message: String) { write(VisibleText.of(message)) }

  /// Writes a text as it is; if nobody can read it there is nobody to tell.
  static func write(_ text: String) {
    try? DescriptorOutput.write(
      Array(text.utf8), to: FileHandle.standardError.fileDescriptor)
  }

  /// Says once each where checkpoints contradict themselves.
  static func write(_ warnings: [ConfigurationWarning]) {
    var seen: Set<ConfigurationWarning> = []
    for warning in warnings where seen.insert(warning).inserted {
      say("specdecode: warning: \(warning)\n")
    }
  }
}
