import Checkpoint
import Foundation
import Reporting

/// `specdecode inspect`: what a checkpoint is.
enum InspectCommand: Command {
  static let specification = CommandSpecification(
    name: "inspect",
    summary: "say what a checkpoint is, how large, and what it can be used for",
    arguments: ["DIR"],
    options: [
      CommandSpecification.Option("--json", nil, "as JSON, schema specdecode.inspect/1")
    ],
    discussion: """
      The model is loaded, so whatever would keep it from running is found. The fingerprint is
      a SHA-256 of names, types, shapes and bytes of all tensors, and of the settings that
      change the output beside them: the norms' epsilon, padding, widths of activations.
      """,
    examples: [
      CommandSpecification.Example("a checkpoint", "specdecode inspect mambabyte"),
      CommandSpecification.Example(
        "one number of it", "specdecode inspect mambabyte --json | jq .parameters"),
    ])

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    let path = try arguments.path(at: 0)
    let inspection = try ModelInspection(
      contentsOf: URL(filePath: path))
    let text = arguments.has("--json") ? try inspection.json() : Data(inspection.text.utf8)
    try StandardOutput.write(Array(text))
    return .success
  }
}
