import BundledModels
import DecodingCore
import Drafter
import Foundation
import Kernels
import Mamba
import Reporting
import SpeculativeDecoding
import Verifier

/// `specdecode run`: write, measure, report.
enum RunCommand: Command {
  static let specification = CommandSpecification.run

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    let request = try RunRequest(arguments)
    let instructionSet = try InstructionSet.selected()
    if let path = request.jsonFile { try FileOutput.requireWritable(path) }
    let models = try ModelLocations(request)
    let prompt = try request.prompt.bytes()
    let stopwatch = Stopwatch()
    let verifier = try ByteVerifier(contentsOf: models.verifier, threads: request.threads)
    let drafter = try models.drafter.map {
      try SubwordDrafter(contentsOf: $0, threads: request.threads)
    }
    let loadSeconds = stopwatch.seconds
    StandardError.write(
      verifier.model.configuration.warnings + (drafter?.model.configuration.warnings ?? []))
    announce(request)
    let interruption = Interruption()
    let presenter = RunPresenter(request)
    let run = MeasuredRun(
      drafter: drafter, verifier: verifier, prompt: prompt, options: request.options,
      samples: request.samples, hasBaseline: request.hasBaseline)
    let samples = try run.measure(presenter: presenter) {
      interruption.signal != nil || presenter.isOutputClosed
    }
    let signal = interruption.signal
    let report = RunReport(
      version: SpecDecodeProgram.version,
      configuration: models.configuration(request, instructionSet: instructionSet),
      promptBytes: prompt.count, loadSeconds: loadSeconds,
      isInterrupted: signal != nil || presenter.isOutputClosed, samples: samples)
    presenter.separateReport()
    try publish(report, request: request, isQuiet: presenter.isOutputClosed)
    return .ofRun(identical: report.total.identical, signal: signal)
  }

  private static func announce(_ request: RunRequest) {
    if request.prompt == .builtIn {
      StandardError.write(
        "prompt (built in; --prompt TEXT gives another):\n\(PromptSource.builtInText)\n\n")
    }
    if request.samples > 1, request.options.sampling.temperature == 0 {
      StandardError.write(
        "note: at temperature 0 every sample is the same; give --temperature 0.7, say\n")
    }
  }

  /// - Parameter isQuiet: whether nobody is reading any more; a file is written all the same.
  private static func publish(
    _ report: RunReport, request: RunRequest, isQuiet: Bool
  ) throws {
    if !isQuiet { StandardError.write(report.text) }
    if request.writesJSONToOutput { try StandardOutput.write(Array(report.json())) }
    if let path = request.jsonFile { try FileOutput.write(report.json(), to: path) }
  }
}
