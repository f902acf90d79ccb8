import Foundation
import Measuring

/// Measures what it is asked for on stdin, so that another program can let engines take turns:
/// `plain N`, `prefill N` or `window N`, one a line; answers with seconds, one a line.
enum ServeMode {
  static let name = "serve"

  static func run(_ arguments: Arguments) throws {
    guard arguments.positionals.count == 1 else { throw ArgumentError.missing(name: "one MODEL") }
    let threads = try arguments.integer("--threads", in: 1...1024, default: 2)
    let measured = try MeasuredModel(directory: arguments.positionals[0], threads: threads)
    var session = MeasuredSession(measured.model)
    answer("ready")
    while let line = readLine() {
      let words = line.split(separator: " ")
      guard words.count == 2, let count = Int(words[1]), (1...1_000_000).contains(count) else {
        throw ArgumentError.invalid(
          name: "a request", value: line, remedy: "plain N, prefill N or window N")
      }
      answer("\(try seconds(of: String(words[0]), count, measured, &session))")
    }
  }

  private static func seconds(
    of request: String, _ count: Int, _ measured: MeasuredModel, _ session: inout MeasuredSession
  ) throws -> Double {
    let tokens = measured.tokens(count)
    session.reset()
    let first = try session.decode(3, after: 0)
    switch request {
    case "plain":
      return try Stopwatch.seconds { _ = try session.decode(count, after: first) }
    case "prefill":
      return try Stopwatch.seconds { try session.prefill(tokens) }
    case "window" where count <= 33:
      return Stopwatch.seconds { session.pass(tokens) }
    default:
      throw ArgumentError.invalid(
        name: "a request", value: "\(request) \(count)",
        remedy: "plain N, prefill N or window N, the last of at most 33")
    }
  }

  private static func answer(_ text: String) {
    Experiment.write(Data("\(text)\n".utf8))
  }
}
