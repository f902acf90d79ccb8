import Checkpoint
import Dispatch
import Foundation
import SpecDecodePlatform
import Synchronization

/// Prompts from standard input, and the signals that come meanwhile.
///
/// A thread of its own reads, since a read cannot be left when a signal comes. It reads a line when
/// one is asked for and not ahead, so that what is typed during an output stays with the terminal,
/// which discards it on Ctrl-C.
final class StandardInputReader: PromptReader {
  /// The most bytes of a line.
  private static let lineLimit = 1 << 30
  private static let pieceSize = 1 << 16

  /// What the reading thread and the signal handlers share with the caller.
  private final class Mailbox: Sendable {
    struct Contents {
      var input: Result<PromptEvent, CommandError>?
      var signals: [Int32] = []
    }

    let contents = Mutex(Contents())
    let isFilled = DispatchSemaphore(value: 0)
    let isAsked = DispatchSemaphore(value: 0)
  }

  let isTerminal = isatty(FileHandle.standardInput.fileDescriptor) == 1
  private let mailbox = Mailbox()
  private let sources: [any DispatchSourceSignal]
  private var isWaiting = false

  /// Takes over the signals that ask to end from now on, for as long as the object lives.
  init() {
    sources = Signals.ending { [mailbox] number in
      let isImpatient = mailbox.contents.withLock { contents in
        defer { contents.signals.append(number) }
        return !contents.signals.isEmpty
      }
      // Nobody took the one before: what should end does not.
      if isImpatient { Signals.exit(number) }
      mailbox.isFilled.signal()
    }
    let thread = Thread { [mailbox] in Self.read(into: mailbox) }
    thread.name = "specdecode prompts"
    thread.start()
  }

  func next() throws -> PromptEvent {
    if !isWaiting {
      isWaiting = true
      mailbox.isAsked.signal()
    }
    while true {
      if let signal = takeSignal() { return .signal(signal) }
      let input = mailbox.contents.withLock { contents in
        defer { contents.input = nil }
        return contents.input
      }
      if let input {
        isWaiting = false
        return try input.get()
      }
      mailbox.isFilled.wait()
    }
  }

  var hasSignal: Bool { mailbox.contents.withLock { !$0.signals.isEmpty } }

  func takeSignal() -> Int32? {
    mailbox.contents.withLock { $0.signals.isEmpty ? nil : $0.signals.removeFirst() }
  }

  private static func read(into mailbox: Mailbox) {
    var lines = LineSplitter()
    while true {
      mailbox.isAsked.wait()
      let input = Result { () throws(CommandError) in try nextEvent(&lines) }
      mailbox.contents.withLock { $0.input = input }
      mailbox.isFilled.signal()
    }
  }

  private static func nextEvent(_ lines: inout LineSplitter) throws(CommandError) -> PromptEvent {
    while true {
      if let line = lines.next() { return .line(line) }
      guard lines.pendingCount <= lineLimit else {
        throw .tooLarge(path: "a line of standard input", limit: lineLimit)
      }
      let piece: [UInt8]
      do {
        piece = try DescriptorInput.read(
          upTo: pieceSize, from: FileHandle.standardInput.fileDescriptor)
      } catch {
        throw .unreadable(
          path: "standard input", reason: SystemErrorCode.text(of: error.code))
      }
      if piece.isEmpty { return lines.finish().map { .line($0) } ?? .end }
      lines.append(piece)
    }
  }
}
