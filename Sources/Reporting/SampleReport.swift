import Foundation
package import SpeculativeDecoding

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

extension SampleReport: Encodable {
  private enum CodingKeys: String, CodingKey {
    case seed
    case outputBase64 = "output_base64"
    case outputText = "output_text"
    case firstDifference = "first_difference"
    case stopReason = "stop_reason"
    case withheldBase64 = "withheld_base64"
  }

  /// Writes every key, with null where a value does not apply.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(seed, forKey: .seed)
    try container.encode(Data(output).base64EncodedString(), forKey: .outputBase64)
    try container.encode(String(decoding: output, as: UTF8.self), forKey: .outputText)
    try container.encode(firstDifference, forKey: .firstDifference)
    try container.encode(stopReason, forKey: .stopReason)
    try container.encode(Data(withheld).base64EncodedString(), forKey: .withheldBase64)
    try measurement.encode(to: encoder)
  }
}
