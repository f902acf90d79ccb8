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
  /// Threads of each model.
  package var threads: Int
  /// Whether plain decoding is measured beside speculative decoding.
  package var hasBaseline: Bool
  /// The instruction set of the kernels.
  package var instructionSet: String

  /// Collects a configuration.
  package init(
    drafter: String?, verifier: String, options: DecodingOptions, samples: Int, threads: Int,
    hasBaseline: Bool, instructionSet: String
  ) {
    self.drafter = drafter
    self.verifier = verifier
    self.options = options
    self.samples = samples
    self.threads = threads
    self.hasBaseline = hasBaseline
    self.instructionSet = instructionSet
  }
}

extension RunConfiguration: Encodable {
  private enum CodingKeys: String, CodingKey {
    case drafter, verifier
    case maxBytes = "max_bytes"
    case temperature
    case topK = "top_k"
    case topP = "top_p"
    case minP = "min_p"
    case seed
    case stopBase64 = "stop_base64"
    case stopBytes = "stop_bytes"
    case validUTF8 = "valid_utf8"
    case draftTokens = "draft_tokens"
    case acceptance, beta, resync
    case startByte = "start_byte"
    case samples, threads, baseline
    case instructionSet = "instruction_set"
  }

  /// Writes every key; `draft_tokens` is a number, `"auto"`, or null without a drafter.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(drafter, forKey: .drafter)
    try container.encode(verifier, forKey: .verifier)
    try container.encode(options.maxBytes, forKey: .maxBytes)
    try container.encode(options.sampling.temperature, forKey: .temperature)
    try container.encode(options.sampling.topK, forKey: .topK)
    try container.encode(options.sampling.topP, forKey: .topP)
    try container.encode(options.sampling.minP, forKey: .minP)
    try container.encode(options.sampling.seed, forKey: .seed)
    try container.encode(
      options.stopTexts.map { Data($0).base64EncodedString() }, forKey: .stopBase64)
    try container.encode(options.stopBytes.map(Int.init), forKey: .stopBytes)
    try container.encode(options.keepsValidUTF8, forKey: .validUTF8)
    try container.encode(drafter == nil ? nil : options.draftLength, forKey: .draftTokens)
    let acceptance = drafter == nil ? nil : options.acceptance
    try container.encode(acceptance?.name, forKey: .acceptance)
    try container.encode(acceptance?.beta, forKey: .beta)
    try container.encode(acceptance?.resync?.rawValue, forKey: .resync)
    try container.encode(options.startByte, forKey: .startByte)
    try container.encode(samples, forKey: .samples)
    try container.encode(threads, forKey: .threads)
    try container.encode(hasBaseline, forKey: .baseline)
    try container.encode(instructionSet, forKey: .instructionSet)
  }
}
