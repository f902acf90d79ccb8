import DecodingCore
import Drafter
import Foundation
import MambaDevices
import Measuring
import Reporting

/// What a pass takes after something else: nothing, a wait, a draft. What a draft leaves in the
/// caches is not the verifier's.
struct AfterMode: Mode {
  static let name = "after"
  static let options: Set = ["--drafter", "--threads", "--windows", "--tokens", "--repetitions"]

  struct Result: Encodable {
    let label: MeasuredModel.Label
    /// Bytes of the window.
    let window: Int
    /// What comes before the pass.
    let before: String
    /// Of that, and of the pass after it.
    let beforeSeconds: Spread
    let seconds: Spread
    /// Over a pass of one byte after another of its kind, repetition by repetition.
    let plainSteps: Spread
  }

  private enum Interlude {
    case nothing
    case wait
    case draft(Int)

    var text: String {
      switch self {
      case .nothing: "nothing"
      case .wait: "a wait"
      case .draft(let tokens): tokens == 1 ? "a token" : "\(tokens) tokens"
      }
    }
  }

  private struct Item {
    let window: Int
    let interlude: Interlude
    var before: [Double] = []
    var seconds: [Double] = []
    var steps: [Double] = []
  }

  /// Rounds of a kind one after another, and those of them that do not count: the caches are still
  /// those of the kind before.
  private static let rounds = (all: 12, skipped: 4)

  static func results(_ arguments: Arguments) throws -> [Result] {
    guard let drafter = arguments.text("--drafter") else {
      throw ArgumentError.missing(name: "--drafter DIR")
    }
    let windows = try arguments.integers("--windows", in: 1...33, default: [1, 4, 8])
    let tokens = try arguments.integers("--tokens", in: 1...16, default: [1, 2])
    let repetitions = try arguments.repetitions(default: 15)
    var results: [Result] = []
    for threads in try arguments.threads() {
      for measured in try MeasuredModel.all(arguments.positionals, threads: [threads]) {
        var session = MeasuredSession(measured.model)
        let drafterSession = try SubwordDrafter(
          contentsOf: URL(filePath: drafter), on: .cpu(threads: threads)
        ).makeSession()
        drafterSession.observe(Array("It was a dark night; the captain".utf8)[...])
        let kinds = [.nothing, .wait] + tokens.map(Interlude.draft)
        var items = ([1] + windows.filter { $0 > 1 }).flatMap { window in
          kinds.map { Item(window: window, interlude: $0) }
        }
        for repetition in 1...repetitions {
          Experiment.report("repetition \(repetition) of \(repetitions)\n")
          for index in items.indices {
            try measure(&items[index], measured, &session, drafterSession)
          }
          let step = items[0].seconds[repetition - 1]
          for index in items.indices {
            items[index].steps.append(items[index].seconds[repetition - 1] / step)
          }
        }
        results += items.map {
          Result(
            label: measured.label, window: $0.window, before: $0.interlude.text,
            beforeSeconds: Spread($0.before), seconds: Spread($0.seconds),
            plainSteps: Spread($0.steps))
        }
      }
    }
    return results
  }

  private static func measure(
    _ item: inout Item, _ measured: MeasuredModel, _ session: inout MeasuredSession,
    _ drafter: SubwordDrafterSession
  ) throws {
    let window = measured.tokens(item.window)
    var before: [Double] = []
    var passes: [Double] = []
    var sampler = ByteSampler(options: SamplingOptions())
    for round in 0..<rounds.all {
      let interlude = try Stopwatch.seconds {
        switch item.interlude {
        case .nothing: break
        case .wait:
          let start = DispatchTime.now().uptimeNanoseconds
          while DispatchTime.now().uptimeNanoseconds - start < 150_000 {}
        case .draft(let tokens):
          drafter.observe(Array(" sea".utf8)[...])
          var draft = Draft()
          for _ in 0..<tokens { _ = try drafter.extend(&draft, sampler: &sampler) }
        }
      }
      let seconds = Stopwatch.seconds { session.pass(window) }
      session.rollBack(toFirst: window.count)
      if round >= rounds.skipped {
        before.append(interlude)
        passes.append(seconds)
      }
    }
    item.before.append(Spread(before).median)
    item.seconds.append(Spread(passes).median)
  }

  static func text(_ results: [Result]) -> String {
    var table = TextTable([
      "model", "threads", "window", "after", "that, ms", "ms", "quartiles", "plain steps",
    ])
    for result in results {
      table.append([
        result.label.model, "\(result.label.threads)", "\(result.window)", result.before,
        Cells.milliseconds(result.beforeSeconds.median), Cells.milliseconds(result.seconds.median),
        Cells.milliseconds(result.seconds.lowerQuartile) + " to "
          + Cells.milliseconds(result.seconds.upperQuartile),
        NumberText.fixed(result.plainSteps.median, digits: 2),
      ])
    }
    return table.text
  }
}
