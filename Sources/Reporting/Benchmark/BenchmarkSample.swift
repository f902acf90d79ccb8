package import Foundation

/// One generation: the times, and what happened in each round.
package struct BenchmarkSample: Sendable, Equatable, Codable {
  /// The number of its configuration.
  package var configuration: Int
  /// The index of its prompt.
  package var prompt: Int
  /// Which repetition, from 0; with the prompt it says which samples belong together.
  package var repetition: Int
  /// Which generation of the run it was, from 0.
  package var order: Int
  /// Seconds from the start of the run to the start of the generation.
  package var started: Double
  /// The seed of the noise.
  package var seed: UInt64
  /// Bytes of the prompt, the start byte of an empty one included.
  package var promptBytes: Int
  /// Bytes generated.
  package var outputBytes: Int
  /// SHA-256 of the output, in hexadecimal.
  package var digest: String
  /// Where the time went, in seconds.
  package var timing: TimingReport
  /// What each round did.
  package var rounds: BenchmarkRounds
  /// Bytes drafted and cut before the verifier saw them; nil for plain decoding.
  package var cutBytes: Int?
  /// Whether the output is that of the baseline's sample of the same prompt and repetition; nil
  /// for a baseline's own.
  package var identical: Bool?
  /// The first byte that differs.
  package var firstDifference: Int?
  /// The output, base64 in the file; in the first repetition of a prompt, and where outputs differ.
  package var output: Data?

  /// Collects a sample.
  package init(
    configuration: Int, prompt: Int, repetition: Int, order: Int, started: Double, seed: UInt64,
    promptBytes: Int, outputBytes: Int, digest: String, timing: TimingReport,
    rounds: BenchmarkRounds, cutBytes: Int? = nil, identical: Bool? = nil,
    firstDifference: Int? = nil,
    output: Data? = nil
  ) {
    self.configuration = configuration
    self.prompt = prompt
    self.repetition = repetition
    self.order = order
    self.started = started
    self.seed = seed
    self.promptBytes = promptBytes
    self.outputBytes = outputBytes
    self.digest = digest
    self.timing = timing
    self.rounds = rounds
    self.cutBytes = cutBytes
    self.identical = identical
    self.firstDifference = firstDifference
    self.output = output
  }

  private enum CodingKeys: String, CodingKey {
    case configuration, prompt, repetition, order, started, seed
    case promptBytes = "prompt_bytes"
    case outputBytes = "output_bytes"
    case digest, timing, rounds
    case cutBytes = "cut_bytes"
    case identical
    case firstDifference = "first_difference"
    case output = "output_base64"
  }
}

/// What the rounds of one generation did: lists with one entry a round, in order.
package struct BenchmarkRounds: Sendable, Equatable, Codable {
  /// Nanoseconds from the event before to the round's bytes; the first counts from the start of the
  /// generation, prefill included, so it is the time to the first byte.
  package var nanoseconds: [Int]
  /// Bytes emitted; nil for plain decoding, where each is 1.
  package var bytes: [Int]?
  /// How many of them, from the first, were drafted and accepted.
  package var accepted: [Int]?
  /// Bytes drafted and handed to the verifier.
  package var drafted: [Int]?
  /// Tokens drafted.
  package var tokens: [Int]?
  /// The drafted bytes that were rejected, in the first repetition of a prompt; base64 in the file.
  package var rejected: [Data]?

  /// Collects lists of equal length.
  package init(
    nanoseconds: [Int], bytes: [Int]? = nil, accepted: [Int]? = nil, drafted: [Int]? = nil,
    tokens: [Int]? = nil, rejected: [Data]? = nil
  ) {
    self.nanoseconds = nanoseconds
    self.bytes = bytes
    self.accepted = accepted
    self.drafted = drafted
    self.tokens = tokens
    self.rejected = rejected
  }

  /// How many rounds there were.
  package var count: Int { nanoseconds.count }

  /// Bytes emitted by a round.
  package func byteCount(of round: Int) -> Int { bytes?[round] ?? 1 }

  private enum CodingKeys: String, CodingKey {
    case nanoseconds, bytes, accepted, drafted, tokens
    case rejected = "rejected_base64"
  }
}
