import Foundation

/// How many bits a model needs for some bytes.
///
/// Bits are added up as whole numbers of 2^-24 bits, so that sums do not depend on the order: parts
/// that were measured apart add up to exactly what one run gives.
package struct EvaluationCount: Sendable, Equatable, Decodable, ReportObject {
  /// Bytes that were predicted.
  package private(set) var bytes = 0
  /// Tokens that were predicted; of a byte-level model as many as bytes.
  package private(set) var tokens = 0
  /// Bits, times 2^24.
  package private(set) var scaledBits = 0

  private static let scale = 0x1p24
  /// No count is larger, so that sums of two stay within range.
  private static let limit = 1 << 61

  /// Nothing yet.
  package init() {}

  /// Counts a token that stands for so many bytes.
  package mutating func add(bits: Double, bytes: Int) {
    scaledBits = min(scaledBits + Int(min(bits * Self.scale, 0x1p40).rounded()), Self.limit)
    self.bytes += bytes
    tokens += 1
  }

  /// Adds another count.
  package mutating func add(_ other: EvaluationCount) {
    bytes = min(bytes + other.bytes, Self.limit)
    tokens = min(tokens + other.tokens, Self.limit)
    scaledBits = min(scaledBits + other.scaledBits, Self.limit)
  }

  /// Bits.
  package var bits: Double { Double(scaledBits) / Self.scale }

  /// Bits a byte; nil for no bytes.
  package var bitsPerByte: Double? { bytes > 0 ? bits / Double(bytes) : nil }

  private enum CodingKeys: String, CodingKey {
    case bytes, tokens
    case scaledBits = "bits_times_2_24"
  }

  /// Reads the counts; the rate is computed.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func count(_ key: CodingKeys) throws -> Int {
      let value = try container.decode(Int.self, forKey: key)
      guard (0...Self.limit).contains(value) else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: container, debugDescription: "no count")
      }
      return value
    }
    bytes = try count(.bytes)
    tokens = try count(.tokens)
    scaledBits = try count(.scaledBits)
  }

  /// Counts and rate.
  package var fields: [Field] {
    [
      ("bytes", bytes), ("tokens", tokens), ("bits_times_2_24", scaledBits),
      ("bits_per_byte", bitsPerByte),
    ]
  }
}

/// Counts by how many bytes came before, in bands that double: 0, 1, 2 to 3, 4 to 7, and so on.
package struct PositionCounts: Sendable, Equatable, Codable {
  /// Entry 0 is the first byte; entry n is what 2^(n - 1) to 2^n - 1 bytes precede.
  package private(set) var bands: [EvaluationCount] = []

  private static let bandLimit = 64

  /// Nothing yet.
  package init() {}

  /// The least number of bytes before those of a band.
  package static func start(ofBand band: Int) -> Int { band == 0 ? 0 : 1 << (band - 1) }

  /// Counts a token that begins after so many bytes.
  package mutating func add(bits: Double, bytes: Int, after position: Int) {
    let band = Int.bitWidth - position.leadingZeroBitCount
    while bands.count <= band { bands.append(EvaluationCount()) }
    bands[band].add(bits: bits, bytes: bytes)
  }

  /// Adds other counts.
  package mutating func add(_ other: PositionCounts) {
    for (band, count) in other.bands.enumerated() {
      if bands.count == band { bands.append(EvaluationCount()) }
      bands[band].add(count)
    }
  }

  private struct Band: Codable {
    let from: Int
    let count: EvaluationCount
  }

  /// Reads the list of bands.
  package init(from decoder: any Decoder) throws {
    let bands = try decoder.singleValueContainer().decode([Band].self)
    guard bands.count <= Self.bandLimit,
      bands.enumerated().allSatisfy({ $0.element.from == Self.start(ofBand: $0.offset) })
    else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath, debugDescription: "not the bands of positions"))
    }
    self.bands = bands.map(\.count)
  }

  /// Writes each band with its start.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(
      bands.enumerated().map { Band(from: Self.start(ofBand: $0.offset), count: $0.element) })
  }
}
