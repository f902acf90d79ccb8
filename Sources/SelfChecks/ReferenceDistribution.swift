import DecodingCore
import Foundation

/// The distribution that options ask for, computed from its definition alone: by other code than
/// the sampler's, and with the C library's functions.
enum ReferenceDistribution {
  /// The probability of each byte. [256]
  ///
  /// - Parameter sampling: of a temperature above 0.
  static func probabilities(_ logits: [Float], _ sampling: SamplingOptions) -> [Double] {
    let softmax = softmax(logits.map { Double($0) / sampling.temperature })
    let order = logits.indices.sorted {
      (softmax[$1], $0) < (softmax[$0], $1)
    }
    var kept = Array(order.prefix(sampling.topK ?? order.count))
    if let topP = sampling.topP, topP < 1 {
      var sum = 0.0
      let enough = kept.firstIndex { byte in
        sum += softmax[byte]
        return sum >= topP
      }
      kept = Array(kept.prefix((enough ?? kept.count - 1) + 1))
    }
    if let minP = sampling.minP, let largest = order.first {
      kept = kept.filter { $0 == largest || softmax[$0] >= minP * softmax[largest] }
    }
    var result = [Double](repeating: 0, count: logits.count)
    let total = kept.reduce(0) { $0 + softmax[$1] }
    for byte in kept { result[byte] = softmax[byte] / total }
    return result
  }

  private static func softmax(_ scaled: [Double]) -> [Double] {
    let largest = scaled.max() ?? 0
    let weights = scaled.map { exp($0 - largest) }
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }
}
