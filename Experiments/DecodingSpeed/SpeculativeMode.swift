import DecodingCore
import Drafter
import Foundation
import Mamba
import MambaDevices
import Measuring
import Reporting
import SpeculativeDecoding
import Verifier

/// Speculative against plain decoding of the same prompts, in turn; the outputs must be the same.
struct SpeculativeMode: Mode {
  static let name = "speculative"
  static let options: Set = [
    "--drafter", "--prompts", "--prompt-count", "--bytes", "--temperatures", "--threads",
    "--repetitions",
  ]

  struct Result: Encodable {
    let label: MeasuredModel.Label
    let temperature: Double
    let plainBytesPerSecond: Spread
    let speculativeBytesPerSecond: Spread
    /// Repetition by repetition, over all prompts.
    let speedup: Spread
    let bytesPerRound: Double
    let acceptanceRate: Double
  }

  private typealias Decoder = SpeculativeDecoder<SubwordDrafter, ByteVerifier>

  /// A decoder at a temperature and what it came to.
  private struct Item {
    let label: MeasuredModel.Label
    let decoder: Decoder
    var plain: [Double] = []
    var speculative: [Double] = []
    var telemetry = Totals()
  }

  /// Sums over all prompts and repetitions.
  private struct Totals {
    var bytes = 0
    var rounds = 0
    var tested = 0
    var accepted = 0
  }

  static func results(_ arguments: Arguments) throws -> [Result] {
    let prompts = try prompts(arguments)
    let repetitions = try arguments.repetitions(default: 5)
    var items = try items(arguments)
    for repetition in 1...repetitions {
      Experiment.report("repetition \(repetition) of \(repetitions)\n")
      for index in items.indices { try measure(&items[index], prompts) }
    }
    return items.map { item in
      Result(
        label: item.label, temperature: item.decoder.options.sampling.temperature,
        plainBytesPerSecond: Spread(item.plain),
        speculativeBytesPerSecond: Spread(item.speculative),
        speedup: Spread(zip(item.speculative, item.plain).map { $0 / $1 }),
        bytesPerRound: Double(item.telemetry.bytes) / Double(max(item.telemetry.rounds, 1)),
        acceptanceRate: Double(item.telemetry.accepted) / Double(max(item.telemetry.tested, 1)))
    }
  }

  private static func items(_ arguments: Arguments) throws -> [Item] {
    guard let drafter = arguments.text("--drafter") else {
      throw ArgumentError.missing(name: "--drafter DIR")
    }
    guard !arguments.positionals.isEmpty else { throw ArgumentError.missing(name: "MODEL") }
    let bytes = try arguments.integer("--bytes", in: 1...1_000_000, default: 512)
    let temperatures = try arguments.numbers("--temperatures", default: [0, 1])
    var items: [Item] = []
    for directory in arguments.positionals.map({ URL(filePath: $0) }) {
      for threads in try arguments.threads() {
        var decoder = Decoder(
          drafter: try SubwordDrafter(
            contentsOf: URL(filePath: drafter), on: .cpu(threads: threads)),
          verifier: try ByteVerifier(contentsOf: directory, on: .cpu(threads: threads)),
          options: DecodingOptions(maxBytes: bytes))
        for temperature in temperatures {
          decoder.options.sampling = SamplingOptions(temperature: temperature, seed: 1)
          let label = MeasuredModel.Label(
            model: directory.standardizedFileURL.lastPathComponent, threads: threads)
          items.append(Item(label: label, decoder: decoder))
        }
      }
    }
    return items
  }

  private static func prompts(_ arguments: Arguments) throws -> [[UInt8]] {
    guard let path = arguments.text("--prompts") else {
      return [Array("The captain looked at me and said,\n\n".utf8)]
    }
    let count = try arguments.integer("--prompt-count", in: 1...10_000, default: 8)
    return try PromptSlices.prompts(ofTextAt: path, argument: "--prompts", count: count)
  }

  private static func measure(_ item: inout Item, _ prompts: [[UInt8]]) throws {
    var bytes = 0
    var plainSeconds = 0.0
    var speculativeSeconds = 0.0
    for prompt in prompts {
      let fast = try item.decoder.decode(prompt)
      let slow = try item.decoder.decode(prompt, drafting: .never)
      guard fast.output == slow.output else { throw OutputsDiffer(label: item.label) }
      bytes += fast.output.count
      speculativeSeconds += fast.summary.timing.decoding
      plainSeconds += slow.summary.timing.decoding
      item.telemetry.bytes += fast.output.count
      item.telemetry.rounds += fast.summary.telemetry.rounds
      item.telemetry.tested += fast.summary.telemetry.testedBytes
      item.telemetry.accepted += fast.summary.telemetry.acceptedBytes
    }
    item.plain.append(Double(bytes) / plainSeconds)
    item.speculative.append(Double(bytes) / speculativeSeconds)
  }

  static func text(_ results: [Result]) -> String {
    var table = TextTable([
      "verifier", "threads", "temperature", "plain, bytes/s", "speculative, bytes/s", "speedup",
      "quartiles", "bytes a round", "acceptance",
    ])
    for result in results {
      table.append([
        result.label.model, "\(result.label.threads)", "\(result.temperature)",
        NumberText.fixed(result.plainBytesPerSecond.median, digits: 0),
        NumberText.fixed(result.speculativeBytesPerSecond.median, digits: 0),
        NumberText.fixed(result.speedup.median, digits: 2) + "x",
        Cells.quartiles(result.speedup, digits: 2),
        NumberText.fixed(result.bytesPerRound, digits: 2),
        NumberText.percent(result.acceptanceRate, digits: 1),
      ])
    }
    return table.text
  }
}

/// Speculative decoding wrote something else than plain decoding.
struct OutputsDiffer: Error, CustomStringConvertible {
  let label: MeasuredModel.Label

  var description: String {
    "\(label.model) on \(label.threads) threads: speculative and plain output differ, "
      + "so their speeds say nothing; run the tests"
  }
}
