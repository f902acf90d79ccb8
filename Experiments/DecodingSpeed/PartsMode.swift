import Kernels
import Measuring
import Reporting

/// Where the time of a pass goes, by part and by barrier.
struct PartsMode: Mode {
  static let name = "parts"
  static let options: Set = ["--threads", "--windows", "--repetitions"]

  struct Result: Encodable {
    let label: MeasuredModel.Label
    let window: Int
    /// Members who took part in most passes.
    let members: Int
    /// A pass without a log, and with one: the difference is what logging costs.
    let seconds: Spread
    /// Medians over passes, in seconds.
    let times: PassTimes
  }

  static func results(_ arguments: Arguments) throws -> [Result] {
    let threads = try arguments.threads()
    let windows = try arguments.integers("--windows", in: 1...33, default: [1])
    let repetitions = try arguments.repetitions(default: 7)
    let models = try MeasuredModel.all(arguments.positionals, threads: threads)
    var sessions = models.map { MeasuredSession($0.model) }
    var seconds: [[Double]] = models.flatMap { _ in windows.map { _ in [] } }
    var times: [[PassTimes]] = models.flatMap { _ in windows.map { _ in [] } }
    for repetition in 1...repetitions {
      Experiment.report("repetition \(repetition) of \(repetitions)\n")
      for (model, measured) in models.enumerated() {
        for (place, window) in windows.enumerated() {
          let index = model * windows.count + place
          let team = try WorkerTeam.shared(size: measured.label.threads)
          let log = PassLog(memberCount: team.size)
          let tokens = measured.tokens(window)
          sessions[model].reset()
          for pass in 0..<Self.passes {
            let isLogged = pass % 2 == 1 && pass > Self.warmUp
            team.record(in: isLogged ? log : nil)
            let time = try Stopwatch.seconds {
              if window == 1 {
                try sessions[model].step(tokens[0])
              } else {
                sessions[model].pass(tokens)
              }
            }
            team.record(in: nil)
            if window > 1 { sessions[model].rollBack(toFirst: window) }
            guard pass > Self.warmUp else { continue }
            if isLogged {
              times[index].append(PassTimes(log))
            } else {
              seconds[index].append(time)
            }
          }
        }
      }
    }
    return models.indices.flatMap { model in
      windows.indices.map { place in
        let index = model * windows.count + place
        let members = times[index].map(\.members).sorted()[times[index].count / 2]
        return Result(
          label: models[model].label, window: windows[place], members: members,
          seconds: Spread(seconds[index]),
          times: PassTimes(medianOf: times[index].filter { $0.members == members }))
      }
    }
  }

  /// Passes of a repetition; every second one is logged.
  private static let passes = 60
  private static let warmUp = 10

  static func text(_ results: [Result]) -> String {
    let parts = PassLog.Part.allCases.filter { $0 != .waiting }
    var table = TextTable(
      ["model", "threads", "members", "window", "us", "logged"] + parts.map { "\($0)" }
        + ["slowest", "for slowest", "at barriers"])
    var barriers = TextTable([
      "model", "threads", "window", "barrier of a layer", "work, us", "slowest", "for slowest",
      "at barrier",
    ])
    for result in results {
      let times = result.times
      let label = [result.label.model, "\(result.label.threads)"]
      table.append(
        label + ["\(result.members)", "\(result.window)"]
          + ([result.seconds.median, times.whole] + parts.map { times.parts[$0.rawValue] }
          + [times.slowest, times.uneven, times.barrier]).map { Self.microseconds($0) })
      for (index, barrier) in times.barriersOfLayer.enumerated() {
        barriers.append(
          label + ["\(result.window)", "\(index + 1)"]
            + [barrier.work, barrier.slowest, barrier.uneven, barrier.latency].map {
              Self.microseconds($0)
            })
      }
    }
    return table.text + "\n" + barriers.text
  }

  private static func microseconds(_ seconds: Double) -> String {
    NumberText.fixed(seconds * 1e6, digits: 1)
  }
}
