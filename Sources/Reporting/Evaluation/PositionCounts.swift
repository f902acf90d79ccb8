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
