import Foundation
import SpecDecodeCommands
import Testing

/// What a person does, in order, without a terminal.
private final class Script: PromptReader {
  let isTerminal: Bool
  private var events: [PromptEvent]
  private var signals: [Int32] = []

  init(_ events: [PromptEvent], isTerminal: Bool = true) {
    self.events = events
    self.isTerminal = isTerminal
  }

  var hasSignal: Bool { !signals.isEmpty }

  func next() throws -> PromptEvent {
    if let signal = takeSignal() { return .signal(signal) }
    return events.isEmpty ? .end : events.removeFirst()
  }

  func takeSignal() -> Int32? { signals.isEmpty ? nil : signals.removeFirst() }

  func press(_ signal: Int32) { signals.append(signal) }
}

struct InteractiveSessionTests {
  /// What became of a session.
  private struct Outcome {
    let code: ExitCode
    let prompts: [String]
    let notes: String
    /// How many outputs were told to stop.
    let stopped: Int
  }

  /// Plays a script; a prompt names the signals that come during its output, `^C`, `^C^C` or
  /// `TERM`, and `closed` closes the output.
  private static func play(
    _ events: [PromptEvent], isTerminal: Bool = true
  ) throws -> Outcome {
    let script = Script(events, isTerminal: isTerminal)
    var (prompts, notes, stopped): ([String], String, Int) = ([], "", 0)
    let session = InteractiveSession(reader: script, note: { notes += $0 }) { prompt, isStopped in
      let text = String(decoding: prompt, as: UTF8.self)
      prompts.append(text)
      if text.contains("TERM") { script.press(SIGTERM) }
      for _ in text.split(separator: "^").filter({ $0 == "C" }) { script.press(SIGINT) }
      stopped += isStopped() ? 1 : 0
      return text == "closed" ? .outputClosed : .done
    }
    let code = try session.run()
    return Outcome(code: code, prompts: prompts, notes: notes, stopped: stopped)
  }

  private static func line(_ text: String) -> PromptEvent { .line(Array(text.utf8)) }

  @Test func `each line is a prompt and the end leaves`() throws {
    let outcome = try Self.play([Self.line("one"), Self.line("two")])
    #expect(outcome.code == .success)
    #expect(outcome.prompts == ["one", "two"])
    #expect(outcome.notes.components(separatedBy: "> ").count == 4)
    #expect(outcome.notes.hasSuffix("> \n"))
  }

  @Test func `Ctrl-C stops an output and returns to the line`() throws {
    let outcome = try Self.play([Self.line("^C"), Self.line("two")])
    #expect(outcome.code == .success)
    #expect(outcome.prompts == ["^C", "two"])
    #expect(outcome.stopped == 1)
  }

  @Test func `Ctrl-C after one that stopped an output leaves`() throws {
    let outcome = try Self.play([Self.line("^C"), .signal(SIGINT), Self.line("no")])
    #expect(outcome.code == .interrupted(signal: SIGINT))
    #expect(outcome.prompts == ["^C"])
  }

  @Test func `a second Ctrl-C at the line leaves, and a line between two is forgiven`() throws {
    let twice = try Self.play([.signal(SIGINT), .signal(SIGINT), Self.line("no")])
    #expect(twice.code == .interrupted(signal: SIGINT))
    #expect(twice.prompts.isEmpty)
    #expect(twice.notes.contains("Ctrl-C again leaves"))
    let apart = try Self.play([.signal(SIGINT), Self.line("a"), .signal(SIGINT), Self.line("b")])
    #expect(apart.code == .success)
    #expect(apart.prompts == ["a", "b"])
  }

  @Test func `two Ctrl-C in one output stop it and leave`() throws {
    let outcome = try Self.play([Self.line("^C^C"), Self.line("no")])
    #expect(outcome.code == .interrupted(signal: SIGINT))
    #expect(outcome.prompts == ["^C^C"])
  }

  @Test(arguments: [true, false])
  func `SIGTERM leaves from an output and from the line`(isTerminal: Bool) throws {
    for events in [[Self.line("TERM"), Self.line("no")], [.signal(SIGTERM), Self.line("no")]] {
      let outcome = try Self.play(events, isTerminal: isTerminal)
      #expect(outcome.code == .interrupted(signal: SIGTERM))
      #expect(!outcome.prompts.contains("no"))
    }
  }

  @Test func `without a terminal Ctrl-C leaves and nothing is shown`() throws {
    for events in [[Self.line("^C"), Self.line("no")], [.signal(SIGINT), Self.line("no")]] {
      let outcome = try Self.play(events, isTerminal: false)
      #expect(outcome.code == .interrupted(signal: SIGINT))
      #expect(outcome.notes.isEmpty)
      #expect(!outcome.prompts.contains("no"))
    }
  }

  @Test func `an empty line is a prompt only where nobody types`() throws {
    let events = [Self.line(""), Self.line("a")]
    #expect(try Self.play(events).prompts == ["a"])
    #expect(try Self.play(events, isTerminal: false).prompts == ["", "a"])
  }

  @Test func `a closed output ends the session quietly`() throws {
    let outcome = try Self.play([Self.line("closed"), Self.line("no")])
    #expect(outcome.code == .success)
    #expect(outcome.prompts == ["closed"])
  }
}

struct LineSplitterTests {
  @Test(arguments: 1...9)
  func `lines are the same wherever the bytes are divided`(size: Int) {
    let bytes = Array("one\n\ntwo\r\n\u{FF}\nlast".utf8)
    var splitter = LineSplitter()
    var lines: [[UInt8]] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      splitter.append(Array(bytes[start..<min(start + size, bytes.count)]))
      while let line = splitter.next() { lines.append(line) }
    }
    #expect(lines == ["one", "", "two\r", "\u{FF}"].map { Array($0.utf8) })
    #expect(splitter.pendingCount == 4)
    #expect(splitter.finish() == Array("last".utf8))
    #expect(splitter.finish() == nil)
  }
}
