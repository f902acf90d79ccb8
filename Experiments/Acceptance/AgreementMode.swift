import DecodingCore
import Drafter
import Measuring
import Reporting
import Verifier

/// How far the two models agree along the verifier's own output: what bounds any draft.
struct AgreementMode {
  private let pair: Pair

  init(_ arguments: Arguments) throws {
    pair = try Pair(arguments)
  }

  /// Sums over the positions of one prompt.
  fileprivate struct Sums {
    var positions = 0.0
    /// Where drafter and verifier take the same byte under the shared noise.
    var matches = 0.0
    /// Of the others, where the drafter's next best byte is the verifier's.
    var secondMatches = 0.0
    /// The sum over bytes of min(p, q): the largest chance of a match that any noise can give.
    var overlap = 0.0
    /// Where both find the same byte the most probable.
    var sameTop = 0.0
  }

  func run() throws {
    var table = TextTable([
      "temperature", "match under the shared noise", "bound: sum of min(p, q)", "same top byte",
      "second candidate, where the first fails",
    ])
    for sampling in Sampling.all {
      let sums = try pair.prompts.map { try self.sums(of: $0, sampling.options) }
      let bootstrap = Bootstrap(unitCount: sums.count, seed: 1)
      func cell(_ part: (Sums) -> Double, _ whole: (Sums) -> Double) -> String {
        Ratio(sums.map(part), sums.map(whole), bootstrap).text(scale: 100, digits: 1)
      }
      table.append([
        sampling.name, cell(\.matches, \.positions), cell(\.overlap, \.positions),
        cell(\.sameTop, \.positions), cell(\.secondMatches) { $0.positions - $0.matches },
      ])
      Experiment.report("temperature \(sampling.name)\n")
    }
    print(table.text)
  }

  private func sums(of prompt: [UInt8], _ options: SamplingOptions) throws -> Sums {
    var sums = Sums()
    let verifier = pair.verifier.makeSession()
    let drafter = pair.drafter.makeSession()
    var sampler = ByteSampler(options: options)
    var logits = [Float](repeating: 0, count: 256)
    try verifier.consume(prompt.dropLast())
    drafter.observe(prompt[...])
    var last = prompt[prompt.count - 1]
    for position in 0..<UInt64(pair.bytes) {
      try verifier.step(last)
      try verifier.copyLogits(after: 0, into: &logits)
      let byte = sampler.byte(from: logits, at: position)
      if let drafted = try drafter.byteLogits() {
        sums.add(byte, logits, drafted, position, &sampler)
      }
      sums.positions += 1
      drafter.observe([byte])
      last = byte
    }
    return sums
  }
}

extension AgreementMode.Sums {
  fileprivate mutating func add(
    _ byte: UInt8, _ logits: [Float], _ drafted: [Float], _ position: UInt64,
    _ sampler: inout ByteSampler
  ) {
    let choice = sampler.byte(from: drafted, at: position)
    if choice == byte {
      matches += 1
    } else {
      var others = sampler
      others.allowed.remove(choice)
      if others.byte(from: drafted, at: position) == byte { secondMatches += 1 }
    }
    let p = sampler.distribution(from: logits).probabilities
    let q = sampler.distribution(from: drafted).probabilities
    overlap += zip(p, q).reduce(0) { $0 + min($1.0, $1.1) }
    sameTop += Self.top(logits) == Self.top(drafted) ? 1 : 0
  }

  private static func top(_ logits: [Float]) -> Int? {
    logits.indices.max { logits[$0] < logits[$1] }
  }
}
