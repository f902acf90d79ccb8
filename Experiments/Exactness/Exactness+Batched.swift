import BundledModels
import DecodingCore
import Drafter
import Foundation
import Kernels
import MambaDevices
import SpeculativeDecoding
import Verifier

extension Exactness {
  /// Random batches until so many bytes were compared, one worker a processor, each with a seed of its
  /// own from `seed` up.
  static func compareBatches(_ text: Data, bytes: Int, seed: UInt64) async throws {
    let workers = WorkerTeam.defaultSize
    let tallies = try await withThrowingTaskGroup(of: BatchTally.self) { group in
      for worker in 0..<workers {
        group.addTask {
          var comparison = try BatchComparison(text, seed: seed &+ UInt64(worker))
          while comparison.tally.bytes < bytes / workers {
            try comparison.compareBatch()
            if comparison.tally.batches.isMultiple(of: 20) {
              FileHandle.standardError.write(Data("worker \(worker): \(comparison.tally)\n".utf8))
            }
          }
          return comparison.tally
        }
      }
      return try await group.reduce(into: BatchTally()) { $0.add($1) }
    }
    print(tallies)
    exit(tallies.differences == 0 ? 0 : 1)
  }
}

/// Batches of random size, with prompts, lengths, samplers, rules, drafts and threads at random: each
/// output is compared with what its request writes alone, and its score with that of plain decoding.
private struct BatchComparison {
  private(set) var tally = BatchTally()
  private let text: Data
  private let decoders: [Exactness.Decoder]
  private var random: RandomNumbers

  init(_ text: Data, seed: UInt64) throws {
    self.text = text
    random = RandomNumbers(seed: seed)
    let pair = try BundledModels.pair()
    // Mostly one thread: there are as many workers as processors.
    decoders = try [1, 1, 1, 1, 1, 2, 2, 3].map { threads in
      let team = WorkerTeam(size: threads, instructionSet: try InstructionSet.selected())
      return Exactness.Decoder(
        drafter: try SubwordDrafter(contentsOf: pair.drafter, on: .team(team)),
        verifier: try ByteVerifier(contentsOf: pair.verifier, on: .team(team)))
    }
  }

  private mutating func request() -> DecodingRequest {
    let length = Int.random(in: 0...Exactness.promptBytes, using: &random)
    let start = Int.random(in: 0...text.count - length, using: &random)
    let lengths = [DraftLength.never, .automatic] + (1...8).map(DraftLength.tokens)
    let rules = [Acceptance.exact, .exact, .exact, .rejection]
    return DecodingRequest(
      Array(text[start..<start + length]),
      options: DecodingOptions(
        maxBytes: .random(in: 1...300, using: &random),
        sampling: SamplingOptions(
          temperature: Exactness.temperatures.randomElement(using: &random) ?? 0,
          seed: .random(in: 0...(.max), using: &random),
          topP: Bool.random(using: &random) ? nil : 0.95),
        stopTexts: Int.random(in: 0...3, using: &random) > 0 ? [] : [Array(".".utf8)],
        keepsValidUTF8: .random(using: &random), recordsLogProbabilities: true,
        draftLength: lengths.randomElement(using: &random) ?? .automatic,
        acceptance: rules.randomElement(using: &random) ?? .exact))
  }

  mutating func compareBatch() throws {
    let requests = (0..<Int.random(in: 2...10, using: &random)).map { _ in request() }
    let together = decoders.randomElement(using: &random) ?? decoders[0]
    let results = try together.decode(together: requests)
    for (request, result) in zip(requests, results) {
      var alone = decoders.randomElement(using: &random) ?? decoders[0]
      alone.options = request.options
      // Under `exact` no draft changes the output; under the others it is that of the same drafts.
      let isExact = request.options.acceptance == .exact
      let single = try alone.decode(request.prompt, drafting: isExact ? .never : nil)
      let isEqual =
        single.output == result.output && single.logProbabilities == result.logProbabilities
      let scored = try score(single, after: request.prompt, by: together)
      tally.add(bytes: single.output.count, isEqual: isEqual, isScoredEqually: scored)
    }
    tally.batches += 1
  }

  /// Whether an output, scored beside its own beginnings and another text, scores as it was decided.
  private mutating func score(
    _ single: DecodingResult, after prompt: [UInt8], by decoder: Exactness.Decoder
  ) throws -> Bool {
    let output = single.output
    let cut = Int.random(in: 0...output.count, using: &random)
    let other = output.prefix(cut) + [.random(in: 0...255, using: &random)] + output.dropFirst(cut)
    let texts = [Array(output.prefix(cut / 2)), output, Array(other)].shuffled(using: &random)
    let scores = try decoder.score(
      texts, after: prompt, batchSize: .random(in: 1...8, using: &random))
    return zip(texts, scores).allSatisfy { text, score in
      let known = zip(text, output).prefix { $0 == $1 }.count
      return score.logProbabilities.prefix(known)
        .elementsEqual(single.logProbabilities.prefix(known).map(\.raw))
    }
  }
}

/// How many batches, outputs and bytes were compared, and what differed.
struct BatchTally: CustomStringConvertible, Sendable {
  var batches = 0
  private(set) var bytes = 0
  private var outputs = 0
  private var differingOutputs = 0
  private var differingScores = 0

  var differences: Int { differingOutputs + differingScores }

  mutating func add(bytes: Int, isEqual: Bool, isScoredEqually: Bool) {
    outputs += 1
    self.bytes += bytes
    differingOutputs += isEqual ? 0 : 1
    differingScores += isScoredEqually ? 0 : 1
  }

  mutating func add(_ other: BatchTally) {
    batches += other.batches
    outputs += other.outputs
    bytes += other.bytes
    differingOutputs += other.differingOutputs
    differingScores += other.differingScores
  }

  var description: String {
    "\(batches) batches, \(outputs) outputs, \(bytes) bytes: \(differingOutputs) outputs and "
      + "\(differingScores) scores differ from those of each alone"
  }
}

/// SplitMix64.
private struct RandomNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
