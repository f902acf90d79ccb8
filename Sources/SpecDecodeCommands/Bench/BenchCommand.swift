import Foundation
import Reporting

/// `specdecode bench`: measure, compare, keep every sample.
enum BenchCommand: Command {
  static func run(_ request: BenchRequest) throws -> ExitCode {
    if let path = request.json.file { try FileOutput.requireWritable(path) }
    let existing = try request.output?.existing()
    let prompts = try selectedPrompts(request)
    let models = try LoadedModels(
      verifier: request.verifier, drafters: request.drafters ?? [nil], devices: request.devices)
    let session = try BenchSession(request, models: models, prompts: prompts, existing: existing)
    let interruption = Interruption()
    let measuring = Result { try session.measure { interruption.signal != nil } }
    let summary = BenchmarkSummary(session.file)
    try request.json.write(text: summary.text, json: summary.json)
    try measuring.get()
    if !request.isQuiet { tell(summary, request) }
    return .ofRun(identical: summary.breaksIdentity ? false : nil, signal: interruption.signal)
  }

  /// What to make of it, and what to do next.
  private static func tell(_ summary: BenchmarkSummary, _ request: BenchRequest) {
    for warning in summary.warnings { StandardError.say("specdecode: warning: \(warning)\n") }
    StandardError.say(
      request.output.map {
        let path = Self.quoted($0.path)
        return """
          wrote \($0.path): \(NumberText.count(summary.samples, "sample"))
          next: specdecode report \(path) --html \(path.replacing(".jsonl", with: "")).html

          """
      } ?? "next: add --output run.jsonl to keep every sample, for specdecode report\n")
  }

  private static func quoted(_ path: String) -> String {
    path.contains(" ") ? "'\(path)'" : path
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
