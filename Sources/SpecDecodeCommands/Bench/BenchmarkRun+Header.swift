import Foundation
import Kernels
import Mamba
import Reporting
import SpecDecodePlatform

extension BenchmarkRun {
  /// The header of a run that begins now, on this machine.
  init(_ request: BenchRequest, models: LoadedModels) throws {
    let process = ProcessInfo.processInfo
    try self.init(
      version: SpecDecodeProgram.version,
      commit: Bundle.main.executableURL.flatMap {
        SourceCommit.built($0, package: "specdecode")
      },
      started: Date.now.formatted(.iso8601),
      machine: MachineRecord(
        processor: ProcessorName.current ?? "unknown", cores: WorkerTeam.defaultSize,
        system: process.operatingSystemVersionString,
        memoryBytes: Int(clamping: process.physicalMemory)),
      instructionSet: models.device.architecture,
      threads: models.device.threads, verifier: models.verifierRecord(),
      drafters: models.drafterRecords(), options: request.options, shard: request.shard)
  }
}
