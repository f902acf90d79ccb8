import BundledModels
import Foundation
import Kernels
import Reporting
import SpeculativeDecoding

/// The directories of the models of a run.
struct ModelLocations {
  /// The checkpoint of the verifier.
  let verifier: URL
  /// The checkpoint of the drafter; nil for a run without one.
  let drafter: URL?

  /// Takes what was given, and the bundled models for the rest. The bundled models are looked for
  /// only if they are needed.
  init(_ request: RunRequest) throws(BundledModelsError) {
    let isGiven = request.verifier != nil && (request.drafter != nil || !request.isDrafting)
    let bundled = isGiven ? nil : try BundledModels.pair()
    func location(_ path: String?, _ bundled: URL?) -> URL {
      path.map { URL(filePath: $0) } ?? bundled
        ?? URL(filePath: ".")
    }
    verifier = location(request.verifier, bundled?.verifier)
    drafter = request.isDrafting ? location(request.drafter, bundled?.drafter) : nil
  }

  /// What the report says of a run.
  func configuration(
    _ request: RunRequest, options: DecodingOptions, instructionSet: InstructionSet
  ) -> RunConfiguration {
    RunConfiguration(
      drafter: drafter?.path(percentEncoded: false),
      verifier: verifier.path(percentEncoded: false),
      options: options, samples: request.samples, threads: request.threads,
      hasBaseline: request.hasBaseline, instructionSet: instructionSet.rawValue)
  }
}
