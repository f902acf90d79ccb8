import DecodingCore
import Foundation
import Reporting
import SpeculativeDecoding

/// A benchmark whose samples are made up: noisy times around a known speedup.
struct MadeUpBenchmark {
  var prompts = 8
  var repetitions = 3
  var speedup = 2.0
  /// Of the logarithm of each time.
  var noise = 0.1
  var seed: UInt64 = 1

  /// The records of all prompts.
  var file: BenchmarkFile { file(shard: nil) }

  /// The records of a shard.
  func file(shard: Shard?) -> BenchmarkFile {
    let model = ModelRecord(name: "a", path: "/a", fingerprint: "0f", weightBytes: 9)
    var file = BenchmarkFile(
      run: BenchmarkRun(
        version: "1", commit: nil, started: "2001-01-01T00:00:00Z",
        machine: MachineRecord(processor: "p", cores: 2, system: "s", memoryBytes: 1),
        instructionSet: "scalar", threads: 2, verifier: model, drafters: [model],
        options: BenchmarkOptions(
          prompts: "built-in", seed: 7, maxBytes: 12, startByte: 10, targetInterval: 0.05,
          timeBudget: 10, repetitions: repetitions), shard: shard))
    file.append(
      .configuration(
        BenchmarkConfiguration(id: 0, name: "plain", kind: .plain, temperature: 0)))
    file.append(
      .configuration(
        BenchmarkConfiguration(
          id: 1, name: "auto", kind: .speculative, baseline: 0, drafter: 0,
          draftTokens: .automatic, acceptance: "exact", temperature: 0)))
    for index in 0..<prompts where shard?.contains(index) ?? true {
      file.append(
        .prompt(
          BenchmarkPrompt(
            index: index, id: "p\(index)", category: ["verse", "prose"][index / 2 % 2],
            bytes: Data([UInt8(index)]))))
    }
    for repetition in 0..<repetitions {
      for prompt in file.prompts {
        for configuration in 0..<2 {
          file.append(.sample(sample(prompt.index, configuration, repetition)))
        }
      }
    }
    file.append(.cost(BenchmarkCost(work: .step, size: 1, seconds: [0.25, 0.75])))
    file.append(
      .memoryRead(MemoryRead(at: 0, threads: 2, bufferBytes: 9, bytesPerSecond: 4e9)))
    file.append(.end(BenchmarkEnd(status: .repetitions, seconds: 1, samples: file.samples.count)))
    return file
  }

  private func sample(_ prompt: Int, _ configuration: Int, _ repetition: Int) -> BenchmarkSample {
    let isPlain = configuration == 0
    let factor = exp(noise * normal(prompt, configuration, repetition))
    // Prompts differ in how much speculation helps them, too.
    let own = exp(noise * normal(prompt, 2, 1 << 20))
    var timing = DecodingTiming()
    timing.verify = factor * 12 / (isPlain ? 1 : speedup * own)
    timing.verifierPrefill = 0.5
    timing.draftTokens = isPlain ? 0 : 0.125
    let rounds =
      isPlain
      ? BenchmarkRounds(nanoseconds: (0..<12).map { $0 == 0 ? 600 : 100 + prompt })
      : BenchmarkRounds(
        nanoseconds: [500, 200, 90], bytes: [5, 6, 1], accepted: [4, 5, 0],
        drafted: [6, 5, prompt % 3], tokens: [2, 2, 1])
    return BenchmarkSample(
      configuration: configuration, prompt: prompt, repetition: repetition,
      order: 2 * repetition + configuration, started: 0, seed: 7, promptBytes: 4, outputBytes: 12,
      digest: "00", timing: TimingReport([timing]), rounds: rounds,
      identical: isPlain ? nil : true)
  }

  /// A normal number that depends on the place alone (Box and Muller).
  private func normal(_ prompt: Int, _ configuration: Int, _ repetition: Int) -> Double {
    let (first, second) = Philox.uniforms(
      seed: seed, position: UInt64(repetition << 20 | prompt), pair: UInt32(configuration),
      stream: .draft)
    return (-2 * log(first)).squareRoot() * cos(2 * .pi * second)
  }
}
