import Kernels
import Mamba
import MambaDevices
import Reporting

/// `specdecode version`: the version and the instruction sets.
enum VersionCommand: Command {
  static let help = CommandSpecification(
    name: "version",
    summary: "print the version, and the instruction sets that are compiled in and in use",
    examples: [
      .init("one object, for a script", "specdecode version --json"),
      .init("force a set of kernels", "SPECDECODE_ISA=scalar specdecode version"),
    ])

  struct Request: CommandRequest {
    let isJSON: Bool

    init(_ options: OptionReader) throws(UsageError) {
      isJSON = options.flag("--json", "as JSON")
    }
  }

  private struct Report: Encodable {
    let version = SpecDecodeProgram.version
    let instructionSet: String
    let compiledInstructionSets = InstructionSet.compiled.map(\.rawValue)
    let threads = WorkerTeam.defaultSize
    let threadsMeasured = MemberChoice.isNeeded(upTo: WorkerTeam.defaultSize)
    let gpus = ComputeDevice.gpuNames
  }

  static func run(_ request: Request) throws -> ExitCode {
    let report = Report(instructionSet: try InstructionSet.selected().rawValue)
    let line =
      "specdecode \(report.version) (\(report.instructionSet) of "
      + "\(report.compiledInstructionSets.joined(separator: " ")), "
      + (report.threadsMeasured ? "up to " : "")
      + "\(NumberText.threads(report.threads, measured: report.threadsMeasured)))\n"
      + report.gpus.enumerated().map { "cuda:\($0.offset) \($0.element)\n" }.joined()
    try StandardOutput.write(
      request.isJSON ? Array(JSONText.snakeCaseData(report)) : Array(line.utf8))
    return .success
  }
}
