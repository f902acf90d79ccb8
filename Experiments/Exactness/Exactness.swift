import BundledModels
import DecodingCore
import Drafter
import Foundation
import Kernels
import Mamba
import MambaDevices
import SpeculativeDecoding
import Verifier

/// Is speculative output plain output, on real prompts, at every temperature, seed and draft
/// length? See README.md.
@main
struct Exactness {
  static let promptBytes = 256
  static let temperatures = [0, 0.7, 1]
  static let seeds: [UInt64] = [1, 2, 3]
  static let lengths = [DraftLength.automatic] + (1...8).map(DraftLength.tokens)

  static func main() async throws {
    let arguments = CommandLine.arguments
    if 4...5 ~= arguments.count, arguments[2] == "--batched", let bytes = Int(arguments[3]),
      bytes > 0, let seed = arguments.count == 4 ? 0 : UInt64(arguments[4])
    {
      let text = try Data(contentsOf: URL(filePath: arguments[1]))
      return try await compareBatches(text, bytes: bytes, seed: seed)
    }
    guard arguments.count == 4, let promptCount = Int(arguments[2]), promptCount > 0,
      let outputBytes = Int(arguments[3]), outputBytes > 0
    else {
      FileHandle.standardError.write(
        Data(
          "usage: Exactness TEXT-FILE PROMPTS BYTES-EACH, or TEXT-FILE --batched BYTES [SEED]\n"
            .utf8))
      exit(64)
    }
    let text = try Data(contentsOf: URL(filePath: arguments[1]))
    guard text.count >= promptCount * promptBytes else {
      FileHandle.standardError.write(Data("\(arguments[1]) is too short\n".utf8))
      exit(1)
    }
    let prompts = (0..<promptCount).map { index in
      let start = (text.count - promptBytes) / promptCount * index
      return Array(text[start..<start + promptBytes])
    }
    try await compare(prompts, outputBytes: outputBytes)
  }

  /// One worker a processor, each with a decoder of its own on one thread.
  static func compare(_ prompts: [[UInt8]], outputBytes: Int) async throws {
    let workers = WorkerTeam.defaultSize
    let tallies = try await withThrowingTaskGroup(of: Tally.self) { group in
      for worker in 0..<workers {
        group.addTask {
          var tally = Tally()
          let decoder = try makeDecoder(outputBytes: outputBytes)
          for index in stride(from: worker, to: prompts.count, by: workers) {
            try tally.add(prompts[index], decoder)
            FileHandle.standardError.write(Data("prompt \(index): \(tally)\n".utf8))
          }
          return tally
        }
      }
      return try await group.reduce(into: Tally()) { $0.add($1) }
    }
    print(tallies)
    exit(tallies.differences == 0 ? 0 : 1)
  }

  typealias Decoder = SpeculativeDecoder<SubwordDrafter, ByteVerifier>

  static func makeDecoder(outputBytes: Int) throws -> Decoder {
    let pair = try BundledModels.pair()
    let team = WorkerTeam(size: 1, instructionSet: try InstructionSet.selected())
    return Decoder(
      drafter: try SubwordDrafter(contentsOf: pair.drafter, on: .team(team)),
      verifier: try ByteVerifier(contentsOf: pair.verifier, on: .team(team)),
      options: DecodingOptions(maxBytes: outputBytes))
  }
}

/// How many outputs were compared, and how many differed.
struct Tally: CustomStringConvertible, Sendable {
  private var outputs = 0
  private var bytes = 0
  private var bytesPerRound: [String: (sum: Double, count: Int)] = [:]
  private(set) var differences = 0

  mutating func add(_ prompt: [UInt8], _ decoder: Exactness.Decoder) throws {
    var decoder = decoder
    for temperature in Exactness.temperatures {
      for seed in Exactness.seeds {
        decoder.options.sampling = SamplingOptions(temperature: temperature, seed: seed)
        let plain = try decoder.decode(prompt, drafting: .never).output
        for length in Exactness.lengths {
          decoder.options.draftLength = length
          let result = try decoder.decode(prompt)
          outputs += 1
          bytes += result.output.count
          if result.output != plain { differences += 1 }
          let key = "T \(temperature), \(length)"
          let rate = result.summary.telemetry.meanAcceptanceLength ?? 0
          let old = bytesPerRound[key] ?? (0, 0)
          bytesPerRound[key] = (old.sum + rate, old.count + 1)
        }
      }
    }
  }

  mutating func add(_ other: Tally) {
    outputs += other.outputs
    bytes += other.bytes
    differences += other.differences
    bytesPerRound.merge(other.bytesPerRound) { ($0.sum + $1.sum, $0.count + $1.count) }
  }

  var description: String {
    let rates = bytesPerRound.sorted { $0.key < $1.key }.map { key, value in
      "  \(key): \((value.sum / Double(value.count) * 100).rounded() / 100) bytes a round"
    }
    return "\(outputs) outputs, \(bytes) bytes, \(differences) differ from plain decoding\n"
      + rates.joined(separator: "\n")
  }
}
