import DecodingCore
import Drafter
import Measuring
import Reporting
import SpeculativeDecoding
import Verifier

/// What each draft length gains where every part of a round costs what `ModelledCosts` says: the real
/// models on a clock without noise, so that ways to choose the length can be compared.
struct LengthsMode {
  private let pair: Pair
  private let costs = ModelledCosts()
  private let batches: [Int]
  private static let lengths: [(String, DraftLength)] = [
    ("1 token", .tokens(1)), ("2 tokens", .tokens(2)), ("4 tokens", .tokens(4)),
    ("auto", .automatic),
  ]

  init(_ arguments: Arguments) throws {
    pair = try Pair(arguments)
    batches = try arguments.integers("--batch", in: 1...64, default: [1])
  }

  func run() throws {
    var table = TextTable([
      "batch", "temperature", "draft length", "speedup", "bytes a round",
      "rounds without a draft", "slowest",
    ])
    for batch in batches {
      let groups = stride(from: 0, to: pair.prompts.count, by: batch).map {
        Array(pair.prompts[$0..<min($0 + batch, pair.prompts.count)])
      }
      let bootstrap = Bootstrap(unitCount: groups.count, seed: 1)
      for sampling in Sampling.all {
        for (name, length) in Self.lengths {
          let outcomes = try groups.map { try outcome(of: $0, sampling.options, length) }
          let speedup = Ratio(outcomes.map(\.plainSeconds), outcomes.map(\.seconds), bootstrap)
          let slowest = outcomes.map { $0.plainSeconds / $0.seconds }.min() ?? .nan
          table.append([
            "\(batch)", sampling.name, name, speedup.text(digits: 2),
            NumberText.fixed(outcomes.sum(\.bytes) / outcomes.sum(\.rounds), digits: 2),
            NumberText.fixed(
              100 * outcomes.sum(\.idleRounds) / outcomes.sum(\.rounds), digits: 0) + " %",
            NumberText.fixed(slowest, digits: 2),
          ])
        }
        Experiment.report("batch \(batch), temperature \(sampling.name)\n")
      }
    }
    print(table.text)
  }

  /// Prompts together; all write the same number of bytes, so plainly they end together.
  private func outcome(
    of prompts: [[UInt8]], _ sampling: SamplingOptions, _ length: DraftLength
  ) throws -> Outcome {
    let clock = ModelledClock()
    let generations = prompts.map { prompt in
      Generation(
        drafter: ModelledDrafter(session: pair.drafter.makeSession(), costs: costs, clock: clock),
        verifier: ModelledVerifier(
          session: pair.verifier.makeSession(), costs: costs, clock: clock),
        prompt: prompt,
        options: DecodingOptions(maxBytes: pair.bytes, sampling: sampling, draftLength: length),
        companions: prompts.count, clock: clock.decodingClock)
    }
    var outcome = Outcome()
    let results = try SharedGenerations.run(generations) { _, event in
      guard case .bytes(let round) = event else { return .proceed }
      outcome.rounds += 1
      outcome.idleRounds += round.draftedTokens == 0 ? 1 : 0
      return .proceed
    } ended: { _, _ in
    }
    outcome.bytes = results.sum { Double($0.output.count) }
    outcome.seconds = clock.seconds
    let count = prompts.count
    let step = count == 1 ? costs.step : costs.pass(window: count)
    outcome.plainSeconds =
      outcome.bytes / Double(count) * (step + Double(count - 1) * costs.sequence)
    return outcome
  }

  private struct Outcome {
    var bytes = 0.0
    var rounds = 0.0
    var idleRounds = 0.0
    var seconds = 0.0
    var plainSeconds = 0.0
  }
}

extension Sequence {
  fileprivate func sum(_ value: (Element) -> Double) -> Double {
    reduce(0) { $0 + value($1) }
  }
}
