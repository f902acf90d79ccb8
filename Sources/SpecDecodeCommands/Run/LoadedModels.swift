import DecodingCore
import Drafter
import Foundation
import Kernels
import Mamba
import Reporting
import Verifier

/// The models of a run, ready to decode.
struct LoadedModels {
  let locations: ModelLocations
  let verifier: ByteVerifier
  /// Nil for a run without one.
  let drafter: SubwordDrafter?
  /// How long it took to read them.
  let seconds: Double

  /// Reads the models, and says where their checkpoints contradict themselves.
  init(_ locations: ModelLocations, threads: Int) throws {
    let stopwatch = Stopwatch()
    self.locations = locations
    verifier = try ByteVerifier(contentsOf: locations.verifier, on: .cpu(threads: threads))
    drafter = try locations.drafter.map {
      try SubwordDrafter(contentsOf: $0, on: .cpu(threads: threads))
    }
    seconds = stopwatch.seconds
    StandardError.write(
      verifier.model.configuration.warnings + (drafter?.model.configuration.warnings ?? []))
  }
}
