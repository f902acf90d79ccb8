import DecodingCore
import Foundation
package import SpeculativeDecoding

/// What a run was asked to do.
package struct RunConfiguration: Sendable, Equatable {
  /// The directory of the drafter; nil for a run without one.
  package var drafter: String?
  /// The directory of the verifier.
  package var verifier: String
  /// Sampling, length, drafting.
  package var options: DecodingOptions
  /// How many seeds, from that of `options` on.
  package var samples: Int
  /// How many of them shared passes.
  package var batchSize: Int
  /// Threads of each model; of those that measured how many are fastest, the verifier's in a step.
  package var threads: Int
  /// Whether that was measured.
  package var threadsMeasured: Bool
  /// Whether plain decoding is measured beside speculative decoding.
  package var hasBaseline: Bool
  /// The instruction set of the kernels.
  package var instructionSet: String

  /// Collects a configuration.
  package init(
    drafter: String?, verifier: String, options: DecodingOptions, samples: Int, batchSize: Int = 1,
    threads: Int, threadsMeasured: Bool = false, hasBaseline: Bool, instructionSet: String
  ) {
    self.drafter = drafter
    self.verifier = verifier
    self.options = options
    self.samples = samples
    self.batchSize = batchSize
    self.threads = threads
    self.threadsMeasured = threadsMeasured
    self.hasBaseline = hasBaseline
    self.instructionSet = instructionSet
  }
}

extension RunConfiguration: ReportObject {
  /// Writes every key; `draft_tokens` is a number, `"auto"`, or null without a drafter.
  package var fields: [Field] {
    let acceptance = drafter == nil ? nil : options.acceptance
    return [
      ("drafter", drafter),
      ("verifier", verifier),
      ("max_bytes", options.maxBytes),
      ("temperature", options.sampling.temperature),
      ("top_k", options.sampling.topK),
      ("top_p", options.sampling.topP),
      ("min_p", options.sampling.minP),
      ("seed", options.sampling.seed),
      ("stop_base64", options.stopTexts.map { Data($0).base64EncodedString() }),
      ("stop_bytes", options.stopBytes.map(Int.init)),
      ("valid_utf8", options.keepsValidUTF8),
      ("draft_tokens", drafter == nil ? nil : options.draftLength),
      ("acceptance", acceptance?.name),
      ("beta", acceptance?.beta),
      ("resync", acceptance?.resync?.rawValue),
      ("start_byte", options.startByte),
      ("samples", samples),
      ("batch_size", batchSize),
      ("threads", threads),
      ("threads_measured", threadsMeasured),
      ("baseline", hasBaseline),
      ("instruction_set", instructionSet),
    ]
  }
}
