package import DecodingCore
import Kernels

/// What an output costs in bits under the verifier: the measure of what a lossy rule loses.
///
/// Bytes count by the distribution that they are sampled from, filters and mask included. At
/// temperature 0, where all but one byte would cost infinitely much, by that of temperature 1.
package enum OutputScore {
  /// The mean of -log2 p over the bytes of an output; nil when there are none.
  ///
  /// - Parameters:
  ///   - output: written from `start` on, by any rule of acceptance.
  ///   - options: those of the generation.
  ///   - isStopped: asked after every window; true gives up, and there is no score.
  package static func bitsPerByte<Session>(
    of output: [UInt8], from start: GenerationStart<Session>, options: DecodingOptions,
    isStopped: () -> Bool = { false }
  ) throws(DecodingError) -> Double? {
    guard !output.isEmpty else { return nil }
    var options = options
    if options.sampling.temperature == 0 { options.sampling = SamplingOptions(temperature: 1) }
    var context = VerifierContext(start, options: options)
    while try !context.prefill(limit: 256).isEmpty {}
    var recitation = Recitation()
    var rest = output[...]
    while !rest.isEmpty {
      if isStopped() { return nil }
      let bytes = Array(rest.prefix(context.session.windowLimit))
      rest = rest.dropFirst(bytes.count)
      try context.session.verify([context.lastByte] + bytes.dropLast())
      for (index, byte) in bytes.enumerated() {
        recitation.byte = byte
        _ = try context.decide(nil, of: Draft(), after: index, by: &recitation)
      }
      context.advance(past: bytes)
    }
    return recitation.nats / ScalarMath.log(2) / Double(output.count)
  }
}

/// Decides on bytes that are given, and sums up how improbable they were.
private struct Recitation: AcceptanceRule {
  var byte: UInt8 = 0
  private(set) var nats = 0.0

  mutating func decide(
    _ index: Int?, of draft: Draft, from logits: [Float], at position: UInt64,
    sampler: inout ByteSampler
  ) -> AcceptanceDecision {
    nats -= sampler.distribution(from: logits).logProbability(of: byte)
    return AcceptanceDecision(byte: byte, isAccepted: false)
  }
}
