import Foundation
import Reporting

/// `specdecode bench`: measure, compare, keep every sample.
enum BenchCommand: Command {
  static let specification = CommandSpecification.bench

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    let request = try BenchRequest(arguments)
    for path in [request.output, request.jsonFile].compactMap({ $0 }) {
      try FileOutput.requireWritable(path)
    }
    let prompts = try selectedPrompts(request)
    let session = try BenchSession(request, models: BenchModels(request), prompts: prompts)
    let interruption = Interruption()
    try session.measure { interruption.signal != nil }
    let summary = BenchmarkSummary(session.file)
    if request.writesJSONToOutput {
      try StandardOutput.write(Array(summary.json()))
    } else {
      try StandardOutput.write(Array(summary.text.utf8))
    }
    if let path = request.jsonFile { try FileOutput.write(summary.json(), to: path) }
    return .ofRun(identical: summary.breaksIdentity ? false : nil, signal: interruption.signal)
  }

  private static func selectedPrompts(_ request: BenchRequest) throws -> [BenchmarkPrompt] {
    let all = try PromptSelection.prompts(of: request.prompts)
    guard let shard = request.shard else { return all }
    let selected = all.filter { shard.contains($0.index) }
    guard !selected.isEmpty else {
      throw UsageError.invalidValue(
        option: "--shard", value: "\(shard.index)/\(shard.count)",
        remedy: "at most as many parts as prompts, \(all.count)")
    }
    return selected
  }
}
