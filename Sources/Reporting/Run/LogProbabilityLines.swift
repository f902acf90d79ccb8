package import Foundation
import SpeculativeDecoding

/// The log probabilities of outputs, as `run --logprobs` writes them: JSON, a line a byte.
///
/// | key | what |
/// | --- | --- |
/// | `sample` | which output, counted from 0 |
/// | `position` | of the byte in that output, counted from 0 |
/// | `byte` | 0 to 255 |
/// | `logprob` | natural logarithm of its probability in the distribution that it was sampled from: after temperature, mask and filters; 0 at temperature 0 |
/// | `raw_logprob` | the same in the model's own distribution, softmax of its logits |
///
/// Numbers have as many digits as tell them from every other; `logprob` is null for a byte that
/// the distribution does not have, which `top-beta` alone accepts.
package enum LogProbabilityLines {
  /// The lines of all samples, in order.
  package static func data(_ samples: [SampleReport]) -> Data {
    var text = ""
    for (sample, report) in samples.enumerated() {
      for (position, entry) in zip(report.output, report.logProbabilities).enumerated() {
        let sampled = entry.1.sampled.isFinite ? "\(entry.1.sampled)" : "null"
        text +=
          "{\"sample\":\(sample),\"position\":\(position),\"byte\":\(entry.0),"
          + "\"logprob\":\(sampled),\"raw_logprob\":\(entry.1.raw)}\n"
      }
    }
    return Data(text.utf8)
  }
}
