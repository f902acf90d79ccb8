import Foundation
import Mamba
import Reporting
import SpecDecodeBenchmark

extension RunProvenance {
  /// That of a run that begins now; reads all of the weights.
  init(_ prompt: [UInt8], _ models: LoadedModels) throws {
    self.init(
      prompt: prompt, started: Date.now.formatted(.iso8601), commit: SourceCommit.ofProgram,
      machine: .current, verifierFingerprint: try models.verifierRecord().fingerprint,
      drafterFingerprint: try models.drafterRecords().first?.fingerprint)
  }
}

extension SourceCommit {
  /// The commit that the program was built from, if it lies in its checkout.
  static var ofProgram: String? {
    Bundle.main.executableURL.flatMap { built($0, package: "specdecode") }
  }
}

extension BenchmarkRun {
  /// The header of a run that begins now, on this machine.
  init(_ request: BenchRequest, models: LoadedModels) throws {
    try self.init(
      version: SpecDecodeProgram.version, commit: SourceCommit.ofProgram,
      started: Date.now.formatted(.iso8601), machine: .current,
      instructionSet: models.device.architecture,
      threads: models.device.threads,
      threadsMeasured: models.device.choices.map { _ in true }, verifier: models.verifierRecord(),
      drafters: models.drafterRecords(), options: request.options, shard: request.shard)
  }
}
