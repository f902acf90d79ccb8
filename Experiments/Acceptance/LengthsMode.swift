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
  private let costs: ModelledCosts
  private static let lengths: [(String, DraftLength)] = [
    ("1 token", .tokens(1)), ("2 tokens", .tokens(2)), ("4 tokens", .tokens(4)),
    ("auto", .automatic),
  ]

  init(_ arguments: Arguments) throws {
    pair = try Pair(arguments)
    costs = ModelledCosts()
  }

  func run() throws {
    var table = TextTable([
      "temperature", "draft length", "speedup", "bytes a round", "rounds without a draft",
      "slowest prompt",
    ])
    let bootstrap = Bootstrap(unitCount: pair.prompts.count, seed: 1)
    for sampling in Sampling.all {
      for (name, length) in Self.lengths {
        let outcomes = try pair.prompts.map { try outcome(of: $0, sampling.options, length) }
        let speedup = Ratio(outcomes.map(\.plainSeconds), outcomes.map(\.seconds), bootstrap)
        let slowest = outcomes.map { $0.plainSeconds / $0.seconds }.min() ?? .nan
        table.append([
          sampling.name, name, speedup.text(digits: 2),
          NumberText.fixed(outcomes.sum(\.bytes) / outcomes.sum(\.rounds), digits: 2),
          NumberText.fixed(
            100 * outcomes.sum(\.idleRounds) / outcomes.sum(\.rounds), digits: 0) + " %",
          NumberText.fixed(slowest, digits: 2),
        ])
      }
      Experiment.report("temperature \(sampling.name)\n")
    }
    print(table.text)
  }

  private func outcome(
    of prompt: [UInt8], _ sampling: SamplingOptions, _ length: DraftLength
  ) throws -> Outcome {
    let clock = ModelledClock()
    var generation = Generation(
      drafter: ModelledDrafter(session: pair.drafter.makeSession(), costs: costs, clock: clock),
      verifier: ModelledVerifier(session: pair.verifier.makeSession(), costs: costs, clock: clock),
      prompt: prompt,
      options: DecodingOptions(maxBytes: pair.bytes, sampling: sampling, draftLength: length),
      clock: clock.decodingClock)
    while try generation.prefill(limit: 4096) > 0 {}
    let start = clock.seconds
    var outcome = Outcome()
    while let round = try generation.nextRound() {
      outcome.rounds += 1
      outcome.idleRounds += round.draftedTokens == 0 ? 1 : 0
    }
    outcome.bytes = Double(generation.telemetry.emittedBytes)
    outcome.seconds = clock.seconds - start
    outcome.plainSeconds = outcome.bytes * costs.step
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
