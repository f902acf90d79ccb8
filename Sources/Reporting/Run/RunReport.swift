package import Foundation
package import SpeculativeDecoding

/// All that `specdecode run` has to say, as `--json` writes it: schema `specdecode.run/2`.
///
/// Every key is always there; a value that does not apply is null. Times are in seconds.
///
/// | key | what it is |
/// | --- | --- |
/// | `schema`, `version` | `specdecode.run/2`, the program's version |
/// | `started`, `commit`, `machine` | UTC; the source that the program was built from, if it lies in its checkout; processor, cores, system, memory |
/// | `verifier_fingerprint`, `drafter_fingerprint` | SHA-256, as `specdecode inspect` prints them |
/// | `prompt_text`, `prompt_base64` | the prompt as it was given: as text, or, where it is not UTF-8, as base64 |
/// | `status` | `complete` or `interrupted` |
/// | `configuration` | models, options, threads, instruction set; `batch_size`: samples that shared passes |
/// | `prompt_bytes`, `output_bytes` | bytes; the start byte of an empty prompt counts as prompt |
/// | `output_base64`, `output_text` | the output (text: invalid UTF-8 replaced); null when several samples are asked for, which have theirs in `samples` |
/// | `speculative`, `plain` | `output_bytes`, `bytes_per_second`, `timing` of each way of decoding; null where it was not done |
/// | `speedup`, `speedup_with_prefill` | plain seconds over speculative seconds for the same bytes |
/// | `identical`, `first_difference` | whether both wrote the same bytes, and where not |
/// | `acceptance_rule` | null under `exact`, which alone promises `identical`; else `name`, `beta`, `resync`, `promise` (`same_distribution` or `lossy`), the share of bytes that are not plain decoding's, and what a lossy rule costs: `bits_per_byte` (mean of -log2 p; at temperature 0 by the distribution of temperature 1), that of exact output, the difference; `tolerated_bytes` that exact decoding would have replaced, `resync_bytes` written alone after a rejection; `expected_acceptance_rate` of rejection sampling (mean sum of min(p, q)) |
/// | `stop_reason` | `max_bytes`, `stop_text`, `stop_byte`, or `stopped` by the user; null when several samples are asked for |
/// | `withheld_base64` | bytes that were decided and not written: the stop, or the first of a character that had no room |
/// | `acceptance_rate` | `accepted_bytes` / `drafted_bytes`, what was drafted and handed to the verifier |
/// | `tested_acceptance_rate` | `accepted_bytes` / `tested_bytes` (tested: up to and including the first of a round that is rejected) |
/// | `mean_acceptance_length` | bytes decided / `rounds`, the verifier's passes |
/// | `draft_tokens_per_round`, `drafted_tokens`, `drafted_bytes`, `cut_bytes` | what was drafted; `cut_bytes` more were cut before the verifier saw them |
/// | `timing` | `verifier_prefill`, `drafter_prefill`, `catch_up`, `draft` (catching up included), `verify`, `roll_back`, `rest`; `prefill` (both), `decoding` (draft to rest), `total`; of the generation whose output was written |
/// | `load_seconds` | reading the models |
/// | `samples` | one entry a seed: `seed` and the keys from `output_base64` to `timing`; times are its share of what passes took that it had with others |
package struct RunReport: Sendable, Equatable {
  /// The name and version of the schema.
  package static let schema = "specdecode.run/2"

  /// The program's version.
  package let version: String
  /// What it takes to make the output again.
  package let provenance: RunProvenance
  /// What was asked for.
  package let configuration: RunConfiguration
  /// Whether the user ended the run early.
  package let isInterrupted: Bool
  /// Seconds to read the models.
  package let loadSeconds: Double
  /// One entry a seed.
  package let samples: [SampleReport]
  /// All samples together.
  package let total: MeasurementReport
  /// Bytes of the prompt, the start byte of an empty one included.
  package let promptBytes: Int

  /// The report of a run.
  ///
  /// - Parameter promptBytes: bytes of the prompt as it was given; an empty one counts as 1.
  package init(
    version: String, provenance: RunProvenance = RunProvenance(),
    configuration: RunConfiguration, promptBytes: Int, loadSeconds: Double,
    isInterrupted: Bool, samples: [SampleMeasurement]
  ) {
    self.version = version
    self.provenance = provenance
    self.configuration = configuration
    self.isInterrupted = isInterrupted
    self.loadSeconds = loadSeconds
    self.samples = samples.map(SampleReport.init)
    total = MeasurementReport(samples)
    self.promptBytes = max(promptBytes, 1)
  }

  /// The sample and the byte at which plain decoding first gave another output.
  package var firstDifference: (sample: SampleReport, byte: Int)? {
    for sample in samples {
      if let byte = sample.firstDifference { return (sample, byte) }
    }
    return nil
  }

  /// The report as indented JSON, keys sorted, with a newline at the end.
  package func json() throws -> Data {
    try JSONText.data(self)
  }
}

extension RunReport: ReportObject {
  /// Writes every key, with null where a value does not apply.
  package var fields: [Field] {
    let single = configuration.samples == 1 ? samples.first : nil
    let output = configuration.samples == 1 ? single?.output ?? [] : nil
    return [
      ("schema", Self.schema),
      ("version", version),
      ("status", isInterrupted ? "interrupted" : "complete"),
      ("configuration", configuration),
      ("prompt_bytes", promptBytes),
      ("output_base64", output.map { Data($0).base64EncodedString() }),
      ("output_text", output.map { String(decoding: $0, as: UTF8.self) }),
      ("first_difference", firstDifference?.byte),
      ("stop_reason", single?.stopReason),
      ("withheld_base64", single.map { Data($0.withheld).base64EncodedString() }),
      ("load_seconds", loadSeconds),
      ("samples", samples),
    ] + provenance.fields + total.fields
  }
}

/// One sample of a run: its bytes, and the keys of `MeasurementReport` for it alone.
package struct SampleReport: Sendable, Equatable {
  /// The seed of the noise.
  package let seed: UInt64
  /// What was written.
  package let output: [UInt8]
  /// The first byte at which the plain output differs; nil when it does not or is not known.
  package let firstDifference: Int?
  /// Why it ended; nil when nothing was generated at all.
  package let stopReason: StopReason?
  /// What ended it and was not written: a stop, or a byte that had no room.
  package let withheld: [UInt8]
  /// How probable each byte of the output was, if it was recorded.
  package let logProbabilities: [ByteLogProbability]
  /// Speed and acceptance.
  package let measurement: MeasurementReport

  /// The report of one sample.
  package init(_ sample: SampleMeasurement) {
    seed = sample.seed
    output = sample.output
    firstDifference = sample.firstDifference
    stopReason = sample.written?.summary.stopReason
    withheld = sample.written?.summary.withheld ?? []
    logProbabilities = sample.written?.logProbabilities ?? []
    measurement = MeasurementReport([sample])
  }
}

extension SampleReport: ReportObject {
  /// Writes every key, with null where a value does not apply.
  package var fields: [Field] {
    [
      ("seed", seed),
      ("output_base64", Data(output).base64EncodedString()),
      ("output_text", String(decoding: output, as: UTF8.self)),
      ("first_difference", firstDifference),
      ("stop_reason", stopReason),
      ("withheld_base64", Data(withheld).base64EncodedString()),
    ] + measurement.fields
  }
}
