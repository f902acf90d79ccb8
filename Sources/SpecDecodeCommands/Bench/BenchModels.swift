import BundledModels
import Checkpoint
import Drafter
import Foundation
import Mamba
import Reporting
import Verifier

/// The models of a benchmark, loaded, and what its header says of them.
struct BenchModels {
  let verifier: ByteVerifier
  let drafters: [SubwordDrafter]
  let verifierRecord: ModelRecord
  let drafterRecords: [ModelRecord]

  /// What both sides compute on.
  var device: DeviceDescription { verifier.device }

  /// Loads what was given, and the bundled models for the rest.
  init(_ request: BenchRequest) throws {
    let isGiven = request.verifier != nil && request.drafters != nil
    let bundled = isGiven ? nil : try BundledModels.pair()
    let folder = request.verifier.map { URL(filePath: $0) } ?? bundled?.verifier
    let folders = request.drafters?.map { URL(filePath: $0) } ?? bundled.map { [$0.drafter] }
    let verifierFolder = folder ?? URL(filePath: ".")
    let drafterFolders = folders ?? []
    verifier = try ByteVerifier(contentsOf: verifierFolder, on: .cpu(threads: request.threads))
    verifierRecord = try Self.record(
      verifierFolder, name: verifierFolder.standardizedFileURL.lastPathComponent,
      weightBytes: verifier.weightByteCount)
    let drafters = try drafterFolders.map {
      try SubwordDrafter(contentsOf: $0, on: .cpu(threads: request.threads))
    }
    self.drafters = drafters
    let names = Self.distinctNames(of: drafterFolders)
    drafterRecords = try drafters.indices.map {
      try Self.record(
        drafterFolders[$0], name: names[$0], weightBytes: drafters[$0].weightByteCount)
    }
    StandardError.write(
      verifier.model.configuration.warnings + drafters.flatMap { $0.model.configuration.warnings })
  }

  private static func record(
    _ folder: URL, name: String, weightBytes: Int
  ) throws -> ModelRecord {
    let fingerprint = try ModelFingerprint(of: CheckpointDirectory(contentsOf: folder))
    return ModelRecord(
      name: name, path: folder.path(percentEncoded: false),
      fingerprint: fingerprint.description, weightBytes: weightBytes)
  }

  /// The last parts of paths, with a number where one occurs twice.
  private static func distinctNames(of folders: [URL]) -> [String] {
    var seen: [String: Int] = [:]
    return folders.map { folder in
      let name = folder.standardizedFileURL.lastPathComponent
      seen[name, default: 0] += 1
      return seen[name] == 1 ? name : "\(name) (\(seen[name] ?? 0))"
    }
  }
}
