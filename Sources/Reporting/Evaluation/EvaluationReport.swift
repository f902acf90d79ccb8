package import Foundation

/// What `specdecode eval` found: schema `specdecode.eval/1`, as `--json` writes it.
package struct EvaluationReport: Sendable, Equatable, Codable {
  /// The name and version of the schema.
  package static let schema = "specdecode.eval/1"

  /// `specdecode.eval/1`.
  package var schema = Self.schema
  /// The program's version.
  package var version: String
  /// The model.
  package var model: ModelRecord
  /// Entries of the vocabulary; 256 is a byte-level model.
  package var vocabularySize: Int
  /// Bytes after which the model starts anew; nil when it reads each file as a whole.
  package var context: Int?
  /// The parts that were measured; empty for all.
  package var shards: [Shard]
  /// The files, in order.
  package var files: [File]
  /// All files together.
  package var total = EvaluationCount()
  /// By how many bytes came before.
  package var positions = PositionCounts()
  /// Bytes that no token of the model covers; they are not in the counts.
  package var uncoveredBytes = 0
  /// Seconds of computing, of all parts.
  package var seconds = 0.0
  /// Whether the user ended it early.
  package var isInterrupted = false

  /// A file and what was measured of it.
  package struct File: Sendable, Equatable, Codable {
    /// Its path, as given.
    package var path: String
    /// What was measured of it.
    package var count = EvaluationCount()

    /// A file of which nothing was measured yet.
    package init(path: String) {
      self.path = path
    }
  }

  /// A report of nothing yet.
  package init(
    version: String, model: ModelRecord, vocabularySize: Int, context: Int?, shard: Shard?,
    files: [String]
  ) {
    self.version = version
    self.model = model
    self.vocabularySize = vocabularySize
    self.context = context
    shards = shard.map { [$0] } ?? []
    self.files = files.map { File(path: $0) }
  }

  private enum CodingKeys: String, CodingKey {
    case schema, version, model
    case vocabularySize = "vocabulary_size"
    case context, shards, files, total, positions
    case uncoveredBytes = "uncovered_bytes"
    case seconds
    case isInterrupted = "interrupted"
  }

  /// Adds what another part measured.
  ///
  /// - Throws: `EvaluationMismatch` when it is no other part of the same evaluation.
  package mutating func merge(_ other: EvaluationReport) throws(EvaluationMismatch) {
    func require(_ condition: Bool, _ field: String) throws(EvaluationMismatch) {
      guard condition else { throw EvaluationMismatch(field: field) }
    }
    try require(schema == other.schema && schema == Self.schema, "the schema")
    try require(model.fingerprint == other.model.fingerprint, "the model's fingerprint")
    try require(vocabularySize == other.vocabularySize, "the vocabulary")
    try require(context == other.context, "the context")
    try require(files.map(\.path) == other.files.map(\.path), "the files")
    let parts = shards + other.shards
    try require(
      !shards.isEmpty && !other.shards.isEmpty && Set(parts).count == parts.count
        && Set(parts.map(\.count)).count == 1, "the shards: each must be there once")
    shards = parts.sorted { $0.index < $1.index }
    for index in files.indices { files[index].count.add(other.files[index].count) }
    total.add(other.total)
    positions.add(other.positions)
    let uncovered = uncoveredBytes.addingReportingOverflow(other.uncoveredBytes)
    uncoveredBytes = uncovered.overflow ? .max : uncovered.partialValue
    seconds += other.seconds
    isInterrupted = isInterrupted || other.isInterrupted
  }

  /// Whether all parts are in it.
  package var isComplete: Bool {
    !isInterrupted && (shards.isEmpty || shards.count == shards[0].count)
  }

  /// The report as indented JSON, keys sorted, with a newline at the end.
  package func json() throws -> Data { try JSONText.data(self) }
}

/// Reports that are not parts of one evaluation.
package struct EvaluationMismatch: Error, Equatable, Sendable, CustomStringConvertible {
  /// What they do not agree in.
  package let field: String

  /// What is wrong and what to do about it.
  package var description: String {
    "the reports do not belong together by \(field); give the parts of one specdecode eval --shard"
  }
}

extension EvaluationReport {
  /// The report in plain words; ends with a newline.
  ///
  /// - Parameter showsPositions: whether the table by position is wanted.
  package func text(showsPositions: Bool) -> String {
    var rows = files.map { Self.row($0.path, $0.count) }
    if files.count > 1 { rows.append(Self.row("all", total)) }
    if showsPositions {
      rows.append(["", "", "", ""])
      rows += positions.bands.enumerated().filter { $0.element.bytes > 0 }.map { band, count in
        Self.row("after \(PositionCounts.start(ofBand: band)) bytes", count)
      }
    }
    let header = ["", "bytes", "tokens", "bits a byte"]
    return NumberText.table([header] + rows) + notes.map { "\($0)\n" }.joined()
  }

  private static func row(_ name: String, _ count: EvaluationCount) -> [String] {
    [
      VisibleText.name(name), "\(count.bytes)", "\(count.tokens)",
      NumberText.fixed(count.bitsPerByte, digits: 4),
    ]
  }

  private var notes: [String] {
    var notes: [String] = []
    if !shards.isEmpty, shards.count < shards[0].count {
      let parts = shards.map { "\($0.index)" }.joined(separator: ", ")
      notes.append("Part \(parts) of \(shards[0].count) only.")
    }
    if isInterrupted { notes.append("Interrupted: what was measured until then.") }
    if uncoveredBytes > 0 {
      notes.append(
        "\(NumberText.count(uncoveredBytes, "byte")) without a token of the model: not counted.")
    }
    return notes
  }
}
