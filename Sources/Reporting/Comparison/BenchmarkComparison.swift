import Foundation

/// Two benchmarks, configuration by configuration.
package struct BenchmarkComparison: Sendable, ReportObject {
  /// The name and version of the schema.
  package static let schema = "specdecode.comparison/2"

  /// The names of both.
  package let names: [String]
  /// What both measured.
  package let changes: [ConfigurationChange]
  /// Names of configurations that only one of them has.
  package let unmatched: [String]
  /// What differs between both and is no configuration: a change may be due to it.
  package let differences: [String]

  /// Compares two benchmarks. Configurations match when they decode alike: kind, place of the
  /// drafter, draft length, acceptance rule and sampling.
  package init(_ first: ReportedRun, _ second: ReportedRun) {
    let common = first.measuredPrompts.intersection(second.measuredPrompts)
    let (first, second) = (first.keeping(common), second.keeping(common))
    names = [first.name, second.name]
    var rest = second.summary.configurations
    var changes: [ConfigurationChange] = []
    var unmatched: [String] = []
    for summary in first.summary.configurations {
      let key = summary.configuration.comparable
      if let place = rest.firstIndex(where: { $0.configuration.comparable == key }) {
        changes.append(
          ConfigurationChange(
            (first, summary), (second, rest.remove(at: place)),
            seed: first.summary.run.options.seed))
      } else {
        unmatched.append("\(first.name): \(summary.configuration.name)")
      }
    }
    self.changes = changes
    self.unmatched = unmatched + rest.map { "\(second.name): \($0.configuration.name)" }
    differences = Self.differences(first.summary.run, second.summary.run)
  }

  private static func differences(_ first: BenchmarkRun, _ second: BenchmarkRun) -> [String] {
    let fields: [(String, (BenchmarkRun) -> String)] = [
      ("commit", { $0.commit ?? "unknown" }), ("version", { $0.version }),
      ("processor", { $0.machine.processor }), ("cores", { "\($0.machine.cores)" }),
      ("threads", { "\($0.threads)" }), ("kernels", { $0.instructionSet }),
      ("verifier", { "\($0.verifier.fingerprint.prefix(12))" }),
      ("drafters", { $0.drafters.map { "\($0.fingerprint.prefix(12))" }.joined(separator: ", ") }),
      ("bytes from each prompt", { "\($0.options.maxBytes)" }),
      ("seed", { "\($0.options.seed)" }),
    ]
    return first.differences(to: second, in: fields).map { "\($0.name): \($0.first) → \($0.other)" }
  }

  /// Writes the schema and what was found.
  package var fields: [Field] {
    [
      ("schema", Self.schema),
      ("names", names),
      ("configurations", changes),
      ("unmatched", unmatched),
      ("differences", differences),
    ]
  }
}

extension ReportedRun {
  /// The bytes of the prompts that have a sample.
  fileprivate var measuredPrompts: Set<Data> {
    let indices = Set(file.samples.map(\.prompt))
    return Set(file.prompts.filter { indices.contains($0.index) }.map(\.bytes))
  }

  /// The run as if it had measured some of its prompts only.
  fileprivate func keeping(_ prompts: Set<Data>) -> ReportedRun {
    var file = file
    file.prompts.removeAll { !prompts.contains($0.bytes) }
    let indices = Set(file.prompts.map(\.index))
    file.samples.removeAll { !indices.contains($0.prompt) }
    return ReportedRun(name: name, file: file, resamples: resamples)
  }
}

extension BenchmarkConfiguration {
  /// What makes two configurations the same way of decoding.
  fileprivate var comparable: BenchmarkConfiguration {
    var copy = self
    copy.id = 0
    copy.name = ""
    copy.baseline = nil
    return copy
  }
}
