import Drafter
import Foundation
import Mamba
import Reporting
import SpecDecodePlatform
import Verifier

/// A verifier and its drafters, ready to decode: what was named, and the bundled ones for the rest.
struct LoadedModels {
  let verifierFolder: URL
  let verifier: ByteVerifier
  let drafters: [ChosenDrafter]
  /// How long it took to read them.
  let seconds: Double

  /// What they compute on.
  var device: DeviceDescription { verifier.device }

  /// Reads the models, and says where their checkpoints contradict themselves.
  ///
  /// - Parameter drafters: nil in it stands for the bundled drafter.
  init(verifier: String?, drafters: [String?], devices: ModelDevices) throws {
    let stopwatch = Stopwatch()
    verifierFolder = try ModelFolder.verifier(verifier)
    self.verifier = try ByteVerifier(contentsOf: verifierFolder, on: devices.device)
    self.drafters = try drafters.map { try ChosenDrafter($0, on: devices) }
    seconds = stopwatch.seconds
    StandardError.write(
      self.verifier.model.configuration.warnings
        + self.drafters.flatMap { $0.model?.model.configuration.warnings ?? [] })
  }

  /// What a benchmark's header says of the verifier.
  func verifierRecord() throws -> ModelRecord {
    ModelRecord(
      verifierFolder, fingerprint: SHA256.hex(try verifier.fingerprint()),
      weightBytes: verifier.weightByteCount)
  }

  /// What it says of the drafters: named by the last parts of their paths, with a number where one
  /// occurs twice.
  func drafterRecords() throws -> [ModelRecord] {
    var seen: [String: Int] = [:]
    return try drafters.map { drafter in
      let record = try drafter.record()
      seen[record.name, default: 0] += 1
      guard let count = seen[record.name], count > 1 else { return record }
      var distinct = record
      distinct.name += " (\(count))"
      return distinct
    }
  }
}

extension ModelRecord {
  /// A model in a folder.
  init(_ folder: URL, fingerprint: String, weightBytes: Int) {
    self.init(
      name: folder.standardizedFileURL.lastPathComponent, path: folder.path(percentEncoded: false),
      fingerprint: fingerprint, weightBytes: weightBytes)
  }
}
