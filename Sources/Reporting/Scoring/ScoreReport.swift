package import Foundation
package import SpeculativeDecoding

/// What `specdecode score` found, as `--json` writes it: schema `specdecode.score/1`.
///
/// | key | what it is |
/// | --- | --- |
/// | `schema`, `version` | `specdecode.score/1`, the program's version |
/// | `verifier`, `device`, `instruction_set`, `threads`, `threads_measured`, `batch_size` | what computed, and how |
/// | `prompt_bytes` | bytes before the continuations; of a state those that it had not consumed |
/// | `continuations` | in the order of the lines, or sorted: `index` (from 0, of the line), `text` (invalid UTF-8 replaced), `base64`, `bytes`, `logprob` (natural logarithm of its probability, in the model's own distribution), `bits_per_byte` (null for no bytes), `logprobs` (byte by byte; they add up to `logprob`) |
/// | `best`, `best_per_byte` | the `index` of the one with the highest `logprob`, and with the fewest bits a byte |
/// | `continuation_bytes` | of all continuations |
/// | `consumed_bytes` | that were computed for them: a shared beginning once, a last byte not at all |
/// | `passes` | over the weights, for them |
/// | `seconds` | of computing, the prompt included; `load_seconds`: reading the model |
package struct ScoreReport: Sendable {
  /// How continuations are ordered.
  package enum Order: String, CaseIterable, Sendable {
    /// By probability.
    case total
    /// By bits a byte.
    case perByte = "per-byte"
  }

  /// What computed, and how.
  package struct Setting: Sendable {
    let verifier: String
    let device: String
    let instructionSet: String
    let threads: Int
    let threadsMeasured: Bool
    let batchSize: Int

    /// Collects a setting.
    package init(
      verifier: String, device: String, instructionSet: String, threads: Int,
      threadsMeasured: Bool, batchSize: Int
    ) {
      self.verifier = verifier
      self.device = device
      self.instructionSet = instructionSet
      self.threads = threads
      self.threadsMeasured = threadsMeasured
      self.batchSize = batchSize
    }
  }

  private let version: String
  private let setting: Setting
  private let promptBytes: Int
  private let result: ScoringResult
  private let entries: [Entry]
  private let best: Entry?
  private let bestPerByte: Entry?
  private let seconds: Double
  private let loadSeconds: Double

  /// - Parameters:
  ///   - order: nil for that of the continuations.
  package init(
    version: String, setting: Setting, promptBytes: Int, continuations: [[UInt8]],
    result: ScoringResult, order: Order?, seconds: Double, loadSeconds: Double
  ) {
    self.version = version
    self.setting = setting
    self.promptBytes = promptBytes
    self.result = result
    self.seconds = seconds
    self.loadSeconds = loadSeconds
    let entries = zip(continuations, result.scores).enumerated().map { index, entry in
      Entry(index: index, bytes: entry.0, score: entry.1)
    }
    // Of several the first, as an order that keeps equal ones has it.
    func sorted(by order: Order) -> [Entry] {
      entries.sorted { ($0.cost(order), $0.index) < ($1.cost(order), $1.index) }
    }
    best = sorted(by: .total).first
    bestPerByte = sorted(by: .perByte).first { !$0.bytes.isEmpty }
    self.entries = order.map(sorted) ?? entries
  }

  fileprivate struct Entry: Sendable {
    let index: Int
    let bytes: [UInt8]
    let score: ContinuationScore

    /// What sorts it: the less, the likelier.
    func cost(_ order: Order) -> Double {
      switch order {
      case .total: -score.logProbability
      case .perByte: score.bitsPerByte ?? .infinity
      }
    }
  }

  /// A line a continuation; the best is marked.
  package var text: String {
    let rows = entries.map { entry in
      [
        entry.index == best?.index ? "*" : "",
        NumberText.fixed(entry.score.logProbability, digits: 4),
        NumberText.fixed(entry.score.bitsPerByte, digits: 4),
        "\(entry.bytes.count)",
      ]
    }
    let table = NumberText.table([["", "log p", "bits a byte", "bytes"]] + rows)
    let texts = ["continuation"] + entries.map { "\"\(VisibleText.name($0.bytes))\"" }
    return zip(table.split(separator: "\n"), texts).map { "\($0)  \($1)\n" }.joined()
  }

  /// The report as indented JSON, keys sorted, with a newline at the end.
  package func json() throws -> Data { try JSONText.data(self) }
}

extension ScoreReport: ReportObject {
  /// Every key, with null where a value does not apply.
  package var fields: [Field] {
    [
      ("schema", "specdecode.score/1"), ("version", version),
      ("verifier", setting.verifier), ("device", setting.device),
      ("instruction_set", setting.instructionSet), ("threads", setting.threads),
      ("threads_measured", setting.threadsMeasured),
      ("batch_size", setting.batchSize), ("prompt_bytes", promptBytes),
      ("continuations", entries), ("best", best?.index), ("best_per_byte", bestPerByte?.index),
      ("continuation_bytes", entries.reduce(0) { $0 + $1.bytes.count }),
      ("consumed_bytes", result.positions), ("passes", result.passes),
      ("seconds", seconds), ("load_seconds", loadSeconds),
    ]
  }
}

extension ScoreReport.Entry: ReportObject {
  var fields: [Field] {
    [
      ("index", index), ("text", String(decoding: bytes, as: UTF8.self)),
      ("base64", Data(bytes).base64EncodedString()), ("bytes", bytes.count),
      ("logprob", score.logProbability), ("bits_per_byte", score.bitsPerByte),
      ("logprobs", score.logProbabilities),
    ]
  }
}
