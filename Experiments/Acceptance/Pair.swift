import BundledModels
import Drafter
import Foundation
import Mamba
import MambaDevices
import Measuring
import Verifier

/// The models and the prompts of a measurement.
struct Pair {
  let drafter: SubwordDrafter
  let verifier: ByteVerifier
  /// 256 bytes each, evenly spaced.
  let prompts: [[UInt8]]
  /// Bytes to write after each.
  let bytes: Int

  init(_ arguments: Arguments) throws {
    let threads = try arguments.integer("--threads", in: 1...1024, default: 2)
    func location(_ option: String, _ bundled: () throws -> URL) throws -> URL {
      try arguments.text(option).map { URL(filePath: $0) } ?? bundled()
    }
    drafter = try SubwordDrafter(
      contentsOf: location("--drafter") { try BundledModels.pair().drafter },
      on: .cpu(threads: threads))
    verifier = try ByteVerifier(
      contentsOf: location("--verifier") { try BundledModels.pair().verifier },
      on: .cpu(threads: threads))
    bytes = try arguments.integer("--bytes", in: 1...1_000_000, default: 300)
    prompts = try Self.prompts(arguments)
  }

  private static func prompts(_ arguments: Arguments) throws -> [[UInt8]] {
    guard arguments.positionals.count == 1 else { throw ArgumentError.missing(name: "one TEXT") }
    let path = arguments.positionals[0]
    let count = try arguments.integer("--prompt-count", in: 1...10_000, default: 40)
    return try PromptSlices.prompts(ofTextAt: path, argument: "TEXT", count: count)
  }
}
