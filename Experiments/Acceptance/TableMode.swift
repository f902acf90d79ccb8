import Foundation
import Measuring
import Reporting

/// The samples of a file as a table, with 95 % intervals over prompts.
enum TableMode {
  static func run(_ arguments: Arguments) throws {
    guard arguments.positionals.count == 1 else { throw ArgumentError.missing(name: "one FILE") }
    let text = try Data(contentsOf: URL(filePath: arguments.positionals[0]))
    let samples = try text.split(separator: 0x0A).map {
      try JSONDecoder().decode(Sample.self, from: $0)
    }
    print(table(of: samples).text)
  }

  private static func table(of samples: [Sample]) -> TextTable {
    var table = TextTable([
      "temperature", "rule and draft", "acceptance", "bytes a round", "bytes/s", "speedup",
      "identical",
    ])
    for sampling in names(samples.map(\.sampling)) {
      for setting in names(samples.map(\.setting)) {
        let group = samples.filter { $0.sampling == sampling && $0.setting == setting }
        guard !group.isEmpty else { continue }
        table.append([sampling, setting] + cells(of: group))
      }
    }
    return table
  }

  private static func cells(of group: [Sample]) -> [String] {
    let bootstrap = Bootstrap(unitCount: group.count, seed: 1)
    func cell(
      _ above: (Sample) -> Double, _ below: (Sample) -> Double, scale: Double = 1, digits: Int
    ) -> String {
      let (above, below) = (group.map(above), group.map(below))
      return Ratio(above, below, bootstrap).text(scale: scale, digits: digits)
    }
    return [
      cell({ Double($0.acceptedBytes) }, { Double($0.testedBytes) }, scale: 100, digits: 1),
      cell({ Double($0.bytes) }, { Double($0.rounds) }, digits: 2),
      cell({ Double($0.bytes) }, \.seconds, digits: 0),
      cell(\.plainSeconds, \.seconds, digits: 2),
      identity(of: group),
    ]
  }

  /// Only the exact rule must write what plain decoding writes.
  private static func identity(of group: [Sample]) -> String {
    let different = group.reduce(0) { $0 + $1.differentBytes }
    let tolerated = group.reduce(0) { $0 + $1.toleratedBytes }
    let bytes = group.reduce(0) { $0 + $1.bytes }
    guard different > 0 else { return "yes" }
    let share = NumberText.percent(Double(different) / Double(bytes), digits: 1)
    guard tolerated > 0 else { return "\(share) differ, same distribution" }
    return "\(share) differ, \(NumberText.percent(Double(tolerated) / Double(bytes), digits: 1)) "
      + "against the verifier"
  }

  private static func names(_ all: [String]) -> [String] {
    all.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}
