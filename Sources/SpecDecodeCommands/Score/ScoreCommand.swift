import DecodingCore
import Drafter
import Foundation
import Mamba
import Reporting
import SpeculativeDecoding
import Verifier

/// `specdecode score`: how probable given continuations are.
enum ScoreCommand: Command {
  static func run(_ request: ScoreRequest) throws -> ExitCode {
    if let path = request.json.file { try FileOutput.requireWritable(path) }
    let prompt = try request.prompt.bytes()
    let continuations = try request.continuations()
    let models = try LoadedModels(
      verifier: request.verifier, drafters: [], devices: request.devices)
    let decoder = SpeculativeDecoder<SubwordDrafter, ByteVerifier>(
      drafter: nil, verifier: models.verifier)
    let state = try request.loadState.map(StateFile.read)
    let start = try StateFile.naming(request.loadState) { () throws(DecodingError) in
      try GenerationStart(
        after: state, prompt: prompt, startByte: request.startByte, verifier: models.verifier)
    }
    let interruption = Interruption()
    let display = ProgressDisplay(
      label: "scoring", isQuiet: request.isQuiet, showsTimeLeft: true)
    let stopwatch = Stopwatch()
    defer { display.clear() }
    let result = try decoder.score(continuations, from: start, batchSize: request.batchSize) {
      display.show($0, of: $1)
      return interruption.signal != nil
    }
    display.clear()
    guard let result else {
      try interruption.check()
      return .success
    }
    let report = ScoreReport(
      version: SpecDecodeProgram.version,
      setting: .init(
        verifier: models.verifierFolder.path(percentEncoded: false), device: models.device.name,
        instructionSet: models.device.architecture, threads: models.device.threads,
        threadsMeasured: models.device.choices != nil, batchSize: request.batchSize),
      promptBytes: start.prompt.count, continuations: continuations, result: result,
      order: request.order, seconds: stopwatch.seconds, loadSeconds: models.seconds)
    try request.json.write(text: report.text, json: report.json)
    return .success
  }
}
