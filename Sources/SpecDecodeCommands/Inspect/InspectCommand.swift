import Checkpoint
import Foundation
import Reporting

/// `specdecode inspect`: what a checkpoint is.
enum InspectCommand: Command {
  static let help = CommandSpecification(
    name: "inspect",
    summary: "say what a checkpoint is, how large, and what it can be used for",
    arguments: ["DIR"],
    discussion: """
      The model is loaded, so whatever would keep it from running is found. The fingerprint is
      a SHA-256 of names, types, shapes and bytes of all tensors, and of the settings that
      change the output beside them: the norms' epsilon, padding, widths of activations.
      """,
    examples: [
      .init("a checkpoint", "specdecode inspect mambabyte"),
      .init(
        "one number of it", "specdecode inspect mambabyte --json | jq .parameters"),
    ])

  struct Request: CommandRequest {
    let paths: [String]
    let isJSON: Bool

    init(_ options: OptionReader) throws(UsageError) {
      paths = try options.paths()
      isJSON = options.flag("--json", "as JSON, schema specdecode.inspect/1")
    }
  }

  static func run(_ request: Request) throws -> ExitCode {
    let inspection = try ModelInspection(contentsOf: ModelFolder.url(of: request.paths[0]))
    let text = request.isJSON ? try inspection.json() : Data(inspection.text.utf8)
    try StandardOutput.write(Array(text))
    return .success
  }
}
