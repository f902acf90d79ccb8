import Foundation

extension ByteSampler {
  package func probabilities(from logits: [Float], into probabilities: inout [Double]) {
    if isGreedy {
      let best = logits.firstIndex(of: logits.max() ?? 0) ?? 0
      probabilities = (0..<256).map { $0 == best ? 1 : 0 }
      return
    }
    let top = Double(logits.max() ?? 0)
    let weights = logits.map { exp((Double($0) - top) / options.temperature) }
    let sum = weights.reduce(0, +)
    probabilities = weights.map { $0 / sum }
  }
  package func uniform(at position: UInt64, stream: Philox.Stream) -> Double {
    Philox.uniform(seed: options.seed, position: position, index: 0, stream: stream)
  }
}
