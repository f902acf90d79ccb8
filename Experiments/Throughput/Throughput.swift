import BundledModels
import Measuring
import Reporting
import SpecDecode

/// What do generations gain that share passes? See README.md.
@main
struct Throughput {
  private static let usage = """
    usage: Throughput [--batch 1,2,4,8] [--bytes N] [--rounds N] [--temperature T]
           Throughput --score N [--batch 1,2,4,8] [--bytes N] [--rounds N]
    """

  static func main() {
    Experiment.run(usage: usage) {
      let arguments = try Arguments(
        CommandLine.arguments.dropFirst(),
        options: ["--batch", "--bytes", "--rounds", "--temperature", "--score"])
      try Experiment.requireOptimizedBuild()
      let continuations = try arguments.integer("--score", in: 0...100_000, default: 0)
      if continuations > 0 {
        return try measureScoring(
          continuations: continuations,
          batches: arguments.integers("--batch", in: 1...256, default: [1, 8, 16, 32]),
          bytes: arguments.integer("--bytes", in: 2...10_000, default: 50),
          rounds: arguments.integer("--rounds", in: 1...1000, default: 3))
      }
      try measure(
        batches: arguments.integers("--batch", in: 1...256, default: [1, 2, 4, 8]),
        bytes: arguments.integer("--bytes", in: 1...100_000, default: 200),
        rounds: arguments.integer("--rounds", in: 1...1000, default: 5),
        temperature: arguments.integer("--temperature", in: 0...10, default: 1))
    }
  }

  private static func measure(
    batches: [Int], bytes: Int, rounds: Int, temperature: Int
  ) throws {
    let decoder = try SpeculativeDecoder.bundled()
    let prompts = try PromptFile.builtIn().map { Array($0.bytes) }
    print("batch  drafting  bytes/s: one by one, together (medians)  ratio  identical")
    for batch in batches {
      for drafting in [DraftLength.never, .automatic] {
        let requests = (0..<batch).map { index in
          DecodingRequest(
            prompts[index % prompts.count],
            options: DecodingOptions(
              maxBytes: bytes,
              sampling: SamplingOptions(temperature: Double(temperature), seed: UInt64(index)),
              draftLength: drafting))
        }
        var (alone, together): ([Double], [Double]) = ([], [])
        var isIdentical = true
        for _ in 0..<rounds {
          var single: [[UInt8]] = []
          alone.append(
            try Stopwatch.seconds {
              for request in requests {
                var decoder = decoder
                decoder.options = request.options
                single.append(try decoder.decode(request.prompt).output)
              }
            })
          var shared: [[UInt8]] = []
          together.append(
            try Stopwatch.seconds {
              shared = try decoder.decode(together: requests).map(\.output)
            })
          isIdentical = isIdentical && shared == single
        }
        let count = Double(batch * bytes)
        let (one, all) = (count / median(alone), count / median(together))
        print(
          batch, drafting == .never ? "plain" : "auto", NumberText.fixed(one, digits: 0),
          NumberText.fixed(all, digits: 0), NumberText.fixed(all / one, digits: 2) + "x",
          isIdentical ? "yes" : "NO", separator: "  ")
      }
    }
  }

  static func median(_ values: [Double]) -> Double {
    values.sorted()[values.count / 2]
  }
}
