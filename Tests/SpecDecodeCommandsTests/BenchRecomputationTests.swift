import DecodingCore
import Foundation
import Testing

/// The summary's numbers, made again from the lines by a short path of its own that shares no code
/// with it.
struct BenchRecomputationTests {
  typealias Object = [String: Any]

  private struct Outcome {
    let lines: [Object]
    let summary: Object

    func samples(_ configuration: Int, in prompts: Set<Int>) -> [Object] {
      lines.filter {
        $0["record"] as? String == "sample" && $0["configuration"] as? Int == configuration
          && prompts.contains($0["prompt"] as? Int ?? -1)
      }
    }
  }

  private static func measure() throws -> Outcome {
    let models = try TinyModels()
    let prompts = (0..<6).map {
      "{\"category\": \"\($0 % 2)\", \"text\": \"\(String(repeating: "in the ", count: $0 + 1))\"}"
    }
    let list = try models.write(Array(prompts.joined(separator: "\n").utf8), to: "p.jsonl")
    let outcome = try Executable.run([
      "bench", "--verifier", models.path("verifier"), "--drafter", models.path("drafter"),
      "--prompts", list, "--max-bytes", "24", "--repetitions", "3", "--draft-tokens", "2,auto",
      "--temperature", "0.8", "--seed", "11", "--target-interval", "0", "--time-budget", "1e12",
      "--output",
      models.path("run.jsonl"), "--json", "-",
    ])
    try #require(outcome.code == 0, "\(outcome.error)")
    let file = try Data(contentsOf: URL(filePath: models.path("run.jsonl")))
    let lines = try file.split(separator: 0x0A).map {
      try #require(try JSONSerialization.jsonObject(with: $0) as? Object)
    }
    let summary = try JSONSerialization.jsonObject(with: Data(outcome.output)) as? Object
    return Outcome(lines: lines, summary: try #require(summary))
  }

  private static func at(_ object: Any?, _ path: String) -> Any? {
    path.split(separator: ".").reduce(object) { ($0 as? Object)?[String($1)] }
  }

  private static func numbers(_ object: Any?, _ path: String) -> [Double] {
    (at(object, path) as? [NSNumber] ?? []).map(\.doubleValue)
  }

  private static func number(_ object: Any?, _ path: String) -> Double {
    (at(object, path) as? NSNumber)?.doubleValue ?? .nan
  }

  private static func quantile(_ values: [Double], _ share: Double) -> Double {
    let sorted = values.sorted()
    let place = share * Double(sorted.count - 1)
    let rest = place - place.rounded(.down)
    return sorted[Int(place)] * (1 - rest) + sorted[Int(place.rounded(.up))] * rest
  }

  /// Ends of the bootstrap interval: t is Student's 97.5 % point, from a printed table.
  private static func interval(_ statistic: ([Int]) -> Double, units: Int, t: Double) -> [Double] {
    let values = (0..<10_000).map { resample in
      statistic(
        (0..<units).map { draw in
          let words = Philox.words(
            counter: SIMD4(UInt32(resample), UInt32(draw / 4), 0, 4), key: SIMD2(11, 0))
          return Int(UInt64(words[draw % 4]) * UInt64(units) / (1 << 32))
        })
    }
    let tail = erfc(t * (Double(units) / Double(units - 1)).squareRoot() / 2.0.squareRoot()) / 2
    return [quantile(values, tail), quantile(values, 1 - tail)]
  }

  @Test func `every number of the summary follows from the lines`() throws {
    let outcome = try Self.measure()
    let summaries = try #require(outcome.summary["configurations"] as? [Object])
    #expect(summaries.count == 3)
    for (configuration, summary) in summaries.enumerated() {
      let groups =
        [(summary["overall"] as? Object, Set(0..<6), 2.570582)]
        + (summary["categories"] as? [Object] ?? []).map { group in
          (
            group, Set([0, 2, 4].map { $0 + (Int(group["category"] as? String ?? "") ?? 9) }),
            4.302653
          )
        }
      #expect(groups.count == 3)
      for (group, prompts, t) in groups {
        try check(
          #require(group), configuration, outcome.samples(configuration, in: prompts),
          baseline: outcome.samples(0, in: prompts), t: t)
      }
    }
    try checkRest(outcome)
  }

  private func check(
    _ group: Object, _ configuration: Int, _ samples: [Object], baseline: [Object], t: Double
  ) throws {
    func expect(_ path: String, _ value: Double, sourceLocation: SourceLocation = #_sourceLocation)
    {
      let found = Self.number(group, path)
      #expect(
        // A rate of nothing is left out.
        abs(found - value) <= 1e-9 * max(1, abs(value)) || (found.isNaN && value.isNaN),
        "\(configuration) \(path)",
        sourceLocation: sourceLocation)
    }
    func perByte(_ samples: [Object], _ part: String) -> [Double] {
      Dictionary(grouping: samples) { $0["prompt"] as? Int ?? -1 }.sorted { $0.key < $1.key }.map {
        Self.quantile(
          $0.value.map { Self.number($0, "timing.\(part)") / Self.number($0, "output_bytes") }, 0.5)
      }
    }
    func sum(_ path: String) -> Double { samples.reduce(0) { $0 + Self.number($1, path) } }
    let own = perByte(samples, "decoding")
    expect("samples", Double(samples.count))
    expect("prompts", Double(own.count))
    expect("bytes_per_second", Double(own.count) / own.reduce(0, +))
    expect(
      "prefill_bytes_per_second",
      (sum("prompt_bytes") - Double(samples.count)) / sum("timing.prefill"))
    for part in ["draft", "catch_up", "verify", "roll_back", "rest", "decoding", "total"] {
      expect("timing.\(part)", sum("timing.\(part)"))
    }
    checkWaits(samples, expect)
    guard configuration > 0 else {
      #expect(group["speedup"] == nil && group["identity"] == nil && group["rounds"] == nil)
      return
    }
    expect("identity.compared", Double(samples.count))
    expect("identity.differing", Double(samples.count { $0["identical"] as? Bool != true }))
    for (name, part) in [("ratio", "decoding"), ("with_prefill", "total")] {
      let slow = perByte(baseline, part)
      let fast = perByte(samples, part)
      expect("speedup.\(name)", slow.reduce(0, +) / fast.reduce(0, +))
      let ends = Self.interval(
        { $0.reduce(0) { $0 + slow[$1] } / $0.reduce(0) { $0 + fast[$1] } }, units: fast.count, t: t
      )
      let key = name == "ratio" ? "interval" : "with_prefill_interval"
      #expect(abs(Self.number(group, "speedup.\(key).lower") - ends[0]) < 1e-5)
      #expect(abs(Self.number(group, "speedup.\(key).upper") - ends[1]) < 1e-5)
    }
    let ratios = zip(perByte(baseline, "decoding"), own).map { $0 / $1 }
    expect("speedup.geometric_mean", exp(ratios.reduce(0) { $0 + log($1) } / Double(ratios.count)))
    for (name, share) in [
      ("minimum", 0), ("lower_quartile", 0.25), ("median", 0.5), ("upper_quartile", 0.75),
      ("maximum", 1),
    ] { expect("speedup.spread.\(name)", Self.quantile(ratios, share)) }
    try checkRounds(group, samples, expect)
  }

  private func checkWaits(
    _ samples: [Object], _ expect: (String, Double, SourceLocation) -> Void
  ) {
    var first: [Double] = []
    var bytes: [Double] = []
    for sample in samples {
      let times = Self.numbers(sample, "rounds.nanoseconds").map { $0 * 1e-9 }
      let counts = Self.numbers(sample, "rounds.bytes")
      first.append(times[0])
      for round in 1..<times.count {
        let count = counts.isEmpty ? 1 : Int(counts[round])
        bytes += (0..<count).map { _ in times[round] / Double(count) }
      }
    }
    for (name, share) in [("p50", 0.5), ("p99", 0.99)] {
      expect("waits.first_byte.\(name)", Self.quantile(first, share), #_sourceLocation)
      expect("waits.between_bytes.\(name)", Self.quantile(bytes, share), #_sourceLocation)
    }
  }

  private func checkRounds(
    _ group: Object, _ samples: [Object], _ expect: (String, Double, SourceLocation) -> Void
  ) throws {
    func all(_ path: String) -> [Double] { samples.flatMap { Self.numbers($0, "rounds.\(path)") } }
    let rounds = Array(zip(all("drafted"), all("accepted")))
    let bytes = all("bytes")
    let tested = zip(rounds, bytes).reduce(0) { $0 + min($1.0.0, $1.1) }
    expect("rounds.rounds", Double(rounds.count), #_sourceLocation)
    expect(
      "rounds.mean_acceptance_length", bytes.reduce(0, +) / Double(rounds.count),
      #_sourceLocation)
    let accepted = all("accepted").reduce(0, +)
    expect(
      "rounds.acceptance_rate", accepted / all("drafted").reduce(0, +), #_sourceLocation)
    expect("rounds.tested_acceptance_rate", accepted / tested, #_sourceLocation)
    expect(
      "rounds.draft_tokens_per_round", all("tokens").reduce(0, +) / Double(rounds.count),
      #_sourceLocation)
    let histogram = Self.numbers(group, "rounds.bytes_histogram")
    #expect(histogram == (0..<histogram.count).map { n in Double(bytes.count { Int($0) == n }) })
    let positions = try #require(Self.at(group, "rounds.positions") as? [Object])
    #expect(positions.count == Int(all("drafted").max() ?? 0))
    for (place, position) in positions.enumerated() {
      let place = Double(place)
      #expect(Self.number(position, "drafted") == Double(rounds.count { $0.0 > place }))
      #expect(Self.number(position, "accepted") == Double(rounds.count { $0.1 > place }))
      #expect(
        Self.number(position, "tested")
          == Double(zip(rounds, bytes).count { min($0.0.0, $0.1) > place }))
    }
  }

  private func checkRest(_ outcome: Outcome) throws {
    let reads = outcome.lines.filter { $0["record"] as? String == "memory_read" }
      .map { Self.number($0, "bytes_per_second") }
    #expect(
      abs(
        Self.number(outcome.summary, "memory_bytes_per_second.median") / Self.quantile(reads, 0.5)
          - 1) < 1e-9)
    let costs = outcome.lines.filter { $0["record"] as? String == "cost" }
    let points = try #require(outcome.summary["costs"] as? [Object])
    #expect(points.count == costs.count && costs.count > 20)
    for point in points {
      let line = try #require(
        costs.first {
          $0["work"] as? String == point["work"] as? String
            && $0["size"] as? Int == point["size"] as? Int
        })
      let expected = Self.quantile(Self.numbers(line, "seconds"), 0.5)
      #expect(abs(Self.number(point, "seconds.median") - expected) < 1e-12)
    }
  }
}
