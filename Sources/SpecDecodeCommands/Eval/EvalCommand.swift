import Foundation
import Reporting

/// `specdecode eval`: bits per byte.
enum EvalCommand: Command {
  static func run(_ request: EvalRequest) throws -> ExitCode {
    if let path = request.json.file { try FileOutput.requireWritable(path) }
    let interruption = Interruption()
    let report =
      request.isMerging
      ? try merged(request.paths)
      : try Evaluation(request).measure { interruption.signal != nil }
    try request.json.write(
      text: report.text(showsPositions: request.showsPositions), json: report.json)
    return .ofRun(identical: nil, signal: interruption.signal)
  }

  private static func merged(_ paths: [String]) throws -> EvaluationReport {
    var result = try report(at: paths[0])
    for path in paths.dropFirst() { try result.merge(report(at: path)) }
    return result
  }

  private static func report(at path: String) throws(CommandError) -> EvaluationReport {
    let bytes = try FileInput.jsonBytes(of: path, limit: 1 << 26, opening: "{")
    guard let report = try? JSONDecoder().decode(EvaluationReport.self, from: Data(bytes)),
      report.schema == EvaluationReport.schema
    else {
      throw .unexpectedContents(
        path: path, found: "is no report of an evaluation",
        remedy: "give a file that specdecode eval --shard I/N --json wrote")
    }
    return report
  }
}
