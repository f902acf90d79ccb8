import DecodingCore
import Foundation
import Mamba
import Reporting
import SpecDecodePlatform
import SpeculativeDecoding
import Verifier

/// `specdecode run`: write, measure, report.
enum RunCommand: Command {
  static func run(_ request: RunRequest) throws -> ExitCode {
    let files = [request.json.file, request.saveState, request.logProbabilityFile]
    for path in files.compactMap({ $0 }) { try FileOutput.requireWritable(path) }
    let prompt = request.isInteractive ? [] : try request.prompt.bytes()
    let models = try LoadedModels(
      verifier: request.verifier, drafters: request.isDrafting ? [request.drafter] : [],
      devices: request.devices)
    let origin = try RunOrigin(request, verifier: models.verifier)
    if !request.isQuiet { announce(request, origin.options) }
    if request.isInteractive {
      return try InteractiveRun(request: request, models: models, origin: origin).run()
    }
    // Reads all of the weights: what is wrong with them is to be known before there is an output
    // to lose.
    let fingerprint = request.saveState == nil ? [] : try models.verifier.fingerprint()
    let batchSize = try batchSize(request, models)
    let provenance =
      request.json.path == nil ? RunProvenance() : try RunProvenance(prompt, models)
    let interruption = Interruption()
    let presenter = RunPresenter(request)
    let failures = Failures()
    let run = MeasuredRun<ChosenDrafter, ByteVerifier>(
      drafter: models.drafters.first, options: origin.options, samples: request.samples,
      batchSize: batchSize, hasBaseline: request.hasBaseline,
      save: request.saveState.map { path in
        { context in
          presenter.separateReport()
          let state = context.state(fingerprint: fingerprint)
          failures.note { try StateFile.write(state, to: path, isQuiet: request.isQuiet) }
        }
      },
      start: { () throws(DecodingError) in try origin.start(prompt) })
    let samples = try run.measure(presenter: presenter) {
      interruption.signal != nil || presenter.isOutputClosed
    }
    let signal = interruption.signal
    let report = RunReport(
      version: SpecDecodeProgram.version, provenance: provenance,
      configuration: RunConfiguration(
        drafter: models.drafters.first?.path,
        verifier: models.verifierFolder.path(percentEncoded: false), options: origin.options,
        samples: request.samples, batchSize: batchSize, threads: models.device.threads,
        threadsMeasured: models.device.choices != nil, hasBaseline: request.hasBaseline,
        instructionSet: models.device.architecture),
      promptBytes: origin.promptCount(prompt), loadSeconds: models.seconds,
      isInterrupted: signal != nil || presenter.isOutputClosed, samples: samples)
    presenter.separateReport()
    publish(report, request, presenter, failures)
    try failures.throwFirst()
    return .ofRun(identical: report.total.identical, signal: signal)
  }

  /// How many samples are decoded together: what was asked for, or what is usual and fits.
  ///
  /// - Throws: `DecodingError.tooManyAtOnce`.
  private static func batchSize(
    _ request: RunRequest, _ models: LoadedModels
  ) throws(DecodingError) -> Int {
    var size = min(request.batchSize ?? 8, request.samples)
    guard size > 1 else { return size }
    let (drafter, verifier) = (models.drafters.first?.makeSession(), models.verifier.makeSession())
    while true {
      do {
        try SharedGenerations.requireMemory(for: size, beside: drafter, verifier)
        return size
      } catch {
        if request.batchSize != nil { throw error }
        size -= 1
      }
    }
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
    if options.sampling.temperature == 0, options.sampling.isFiltered {
      StandardError.write("note: at temperature 0 --top-k, --top-p and --min-p change nothing\n")
    }
    if !request.readsStandardInput,
      DescriptorInput.isPipeWithBytes(FileHandle.standardInput.fileDescriptor)
    {
      StandardError.write("note: standard input is not read; --prompt - takes the prompt from it\n")
    }
    if let note = TextMarking(request).note { StandardError.write(note) }
  }

  /// Writes all there is to write, also when a part of it cannot be written.
  private static func publish(
    _ report: RunReport, _ request: RunRequest, _ presenter: RunPresenter,
    _ failures: Failures
  ) {
    failures.note(presenter.outputFailure)
    if !presenter.isOutputClosed, !request.isQuiet { StandardError.say(report.text) }
    if request.json.isOutput {
      failures.note { try StandardOutput.write(Array(report.json())) }
    }
    if let path = request.json.file {
      failures.note { try FileOutput.write(report.json(), to: path) }
    }
    if let path = request.logProbabilityFile {
      failures.note { try FileOutput.write(LogProbabilityLines.data(report.samples), to: path) }
    }
  }
}

/// What could not be written, while the rest is.
private final class Failures {
  private var first: (any Error)?

  /// Keeps what goes wrong.
  func note(_ body: () throws -> Void) {
    do { try body() } catch { note(error) }
  }

  /// Keeps an error, if there is one.
  func note(_ error: (any Error)?) { first = first ?? error }

  /// Throws the first.
  func throwFirst() throws { if let first { throw first } }
}
