import Foundation

/// One sample of a run: its bytes, and the keys of `MeasurementReport` for it alone.
package struct SampleReport: Sendable, Equatable {
  /// The seed of the noise.
  package let seed: UInt64
  /// What was written.
  package let output: [UInt8]
  /// The first byte at which the plain output differs; nil when it does not or is not known.
  package let firstDifference: Int?
  /// Speed and acceptance.
  package let measurement: MeasurementReport

  /// The report of one sample.
  package init(_ sample: SampleMeasurement) {
    seed = sample.seed
    output = sample.output
    firstDifference = sample.firstDifference
    measurement = MeasurementReport([sample])
  }
}

extension SampleReport: Encodable {
  private enum CodingKeys: String, CodingKey {
    case seed
    case outputBase64 = "output_base64"
    case outputText = "output_text"
    case firstDifference = "first_difference"
  }

  /// Writes every key, with null where a value does not apply.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(seed, forKey: .seed)
    try container.encode(Data(output).base64EncodedString(), forKey: .outputBase64)
    try container.encode(String(decoding: output, as: UTF8.self), forKey: .outputText)
    try container.encode(firstDifference, forKey: .firstDifference)
    try measurement.encode(to: encoder)
  }
}
