import DecodingCore
import Reporting
import SpeculativeDecoding
import Verifier

/// `specdecode run --interactive`: one output a line, with the models loaded once.
struct InteractiveRun {
  let request: RunRequest
  let models: LoadedModels
  let origin: RunOrigin

  func run() throws -> ExitCode {
    try InteractiveSession(
      reader: StandardInputReader(), note: { if !request.isQuiet { StandardError.write($0) } },
      generate: { prompt, isStopped in try generate(prompt, isStopped: isStopped) }
    ).run()
  }

  private func generate(
    _ prompt: [UInt8], isStopped: () -> Bool
  ) throws -> InteractiveSession.Outcome {
    let presenter = RunPresenter(request)
    let run = MeasuredRun<ChosenDrafter, ByteVerifier>(
      drafter: models.drafters.first, options: origin.options, samples: 1, hasBaseline: false,
      start: { () throws(DecodingError) in try origin.start(prompt) })
    let samples = try run.measure(presenter: presenter) {
      isStopped() || presenter.isOutputClosed
    }
    presenter.endLine()
    if let failure = presenter.outputFailure { throw failure }
    guard !presenter.isOutputClosed else { return .outputClosed }
    if !request.isQuiet { StandardError.write(MeasurementReport(samples).line) }
    return .done
  }
}
