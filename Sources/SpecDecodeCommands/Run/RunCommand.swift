import DecodingCore
import Drafter
import Foundation
import Kernels
import Reporting
import SpeculativeDecoding
import Verifier

/// `specdecode run`: write, measure, report.
enum RunCommand: Command {
  static let specification = CommandSpecification.run

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    let request = try RunRequest(arguments)
    let instructionSet = try InstructionSet.selected()
    for path in [request.jsonFile, request.saveState].compactMap({ $0 }) {
      try FileOutput.requireWritable(path)
    }
    let locations = try ModelLocations(request)
    let prompt = request.isInteractive ? [] : try request.prompt.bytes()
    let models = try LoadedModels(locations, threads: request.threads)
    let origin = try RunOrigin(request, verifier: models.verifier)
    if !request.isQuiet { announce(request, origin.options) }
    if request.isInteractive {
      return try InteractiveRun(request, models: models, origin: origin).run()
    }
    let interruption = Interruption()
    let presenter = RunPresenter(request)
    let run = MeasuredRun<SubwordDrafter, ByteVerifier>(
      drafter: models.drafter, options: origin.options, samples: request.samples,
      hasBaseline: request.hasBaseline,
      save: request.saveState.map { path in
        { try save($0, of: models.verifier, to: path, presenter: presenter) }
      },
      start: { () throws(DecodingError) in try origin.start(prompt) })
    let samples = try run.measure(presenter: presenter) {
      interruption.signal != nil || presenter.isOutputClosed
    }
    let signal = interruption.signal
    let report = RunReport(
      version: SpecDecodeProgram.version,
      configuration: locations.configuration(
        request, options: origin.options, instructionSet: instructionSet),
      promptBytes: origin.promptCount(prompt), loadSeconds: models.seconds,
      isInterrupted: signal != nil || presenter.isOutputClosed, samples: samples)
    presenter.separateReport()
    try publish(report, request: request, isQuiet: presenter.isOutputClosed || request.isQuiet)
    return .ofRun(identical: report.total.identical, signal: signal)
  }

  private static func announce(_ request: RunRequest, _ options: DecodingOptions) {
    if request.prompt == .builtIn, !request.isInteractive {
      StandardError.write(
        "prompt (built in; --prompt TEXT gives another):\n\(PromptSource.builtInText)\n\n")
    }
    if request.samples > 1, options.sampling.temperature == 0 {
      StandardError.write(
        "note: at temperature 0 every sample is the same; give --temperature 0.7, say\n")
    }
    if let note = TextMarking(request).note { StandardError.write(note) }
  }

  private static func save(
    _ context: VerifierContext<ByteVerifierSession>, of verifier: ByteVerifier, to path: String,
    presenter: RunPresenter
  ) throws {
    let state = context.state(fingerprint: try verifier.fingerprint())
    presenter.separateReport()
    try StateFile.write(state, to: path)
  }

  /// - Parameter isQuiet: whether nobody reads the text; a file is written all the same.
  private static func publish(
    _ report: RunReport, request: RunRequest, isQuiet: Bool
  ) throws {
    if !isQuiet { StandardError.write(report.text) }
    if request.writesJSONToOutput { try StandardOutput.write(Array(report.json())) }
    if let path = request.jsonFile { try FileOutput.write(report.json(), to: path) }
  }
}
