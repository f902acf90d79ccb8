import DecodingCore
import Drafter
import Foundation
import Measuring
import SpeculativeDecoding
import Verifier

/// Decodes each prompt plainly and by every setting, in an order that the next prompt rotates, and
/// appends a line for each to a file.
struct SpeedMode {
  private let pair: Pair
  private let places: Range<Int>
  private let file: URL

  init(_ arguments: Arguments) throws {
    guard let path = arguments.text("--samples") else {
      throw ArgumentError.missing(name: "--samples FILE")
    }
    file = URL(filePath: path)
    pair = try Pair(arguments)
    let first = try arguments.integer("--first", in: 0...pair.prompts.count - 1, default: 0)
    let count = try arguments.integer(
      "--count", in: 1...10_000, default: pair.prompts.count - first)
    places = first..<min(first + count, pair.prompts.count)
  }

  func run() throws {
    if !FileManager.default.fileExists(atPath: file.path) { try Data().write(to: file) }
    let handle = try FileHandle(forWritingTo: file)
    try handle.seekToEnd()
    for place in places {
      for sampling in Sampling.all {
        for sample in try samples(place, sampling) {
          try handle.write(contentsOf: JSONEncoder().encode(sample) + Data([0x0A]))
        }
      }
      Experiment.report("prompt \(place) of \(places)\n")
    }
    try handle.close()
  }

  private func samples(_ place: Int, _ sampling: Sampling) throws -> [Sample] {
    var results: [Int: DecodingResult] = [:]
    let count = Setting.all.count + 1
    for turn in 0..<count {
      // The last one stands for plain decoding.
      let index = (turn + place) % count
      let setting = index < Setting.all.count ? Setting.all[index] : nil
      results[index] = try decode(place, sampling, setting)
    }
    guard let plain = results[Setting.all.count] else { return [] }
    return try Setting.all.enumerated().compactMap { index, setting in
      try results[index].map { try sample(place, sampling, setting, $0, plain: plain) }
    }
  }

  private func decode(
    _ place: Int, _ sampling: Sampling, _ setting: Setting?
  ) throws -> DecodingResult {
    var decoder = SpeculativeDecoder(
      drafter: pair.drafter, verifier: pair.verifier,
      options: DecodingOptions(maxBytes: pair.bytes, sampling: sampling.options))
    guard let setting else { return try decoder.decode(pair.prompts[place], drafting: .never) }
    decoder.options.draftLength = setting.length
    decoder.options.acceptance = setting.rule
    return try decoder.decode(pair.prompts[place])
  }

  private func sample(
    _ place: Int, _ sampling: Sampling, _ setting: Setting, _ result: DecodingResult,
    plain: DecodingResult
  ) throws -> Sample {
    let telemetry = result.summary.telemetry
    let differences = zip(result.output, plain.output).count { $0 != $1 }
    if setting.rule == .exact, result.output != plain.output {
      throw OutputsDiffer(prompt: place, sampling: sampling.name, setting: setting.name)
    }
    return Sample(
      prompt: place, sampling: sampling.name, setting: setting.name, bytes: result.output.count,
      seconds: result.summary.timing.decoding, plainSeconds: plain.summary.timing.decoding,
      rounds: telemetry.rounds, draftedTokens: telemetry.draftedTokens,
      testedBytes: telemetry.testedBytes, acceptedBytes: telemetry.acceptedBytes,
      differentBytes: differences, toleratedBytes: telemetry.acceptance.toleratedBytes)
  }
}

/// The exact rule wrote something else than plain decoding.
struct OutputsDiffer: Error, CustomStringConvertible {
  let prompt: Int
  let sampling: String
  let setting: String

  var description: String {
    "prompt \(prompt), temperature \(sampling), \(setting): the output is not that of plain "
      + "decoding, so its speed says nothing; run the tests"
  }
}
