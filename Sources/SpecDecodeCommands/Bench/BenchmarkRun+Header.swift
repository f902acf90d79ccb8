import Foundation
import Mamba
import Reporting
import SpecDecodeBenchmark

extension BenchmarkRun {
  /// The header of a run that begins now, on this machine.
  init(_ request: BenchRequest, models: LoadedModels) throws {
    try self.init(
      version: SpecDecodeProgram.version, commit: SourceCommit.ofProgram,
      started: Date.now.formatted(.iso8601), machine: .current,
      instructionSet: models.device.architecture,
      threads: models.device.threads, verifier: models.verifierRecord(),
      drafters: models.drafterRecords(), options: request.options, shard: request.shard)
  }
}
