/// Why a benchmark's file cannot be used.
package enum BenchmarkFileError: Error, Equatable, Sendable {
  /// A line is no record of the format.
  case malformedLine(file: String, line: Int, reason: String)
  /// The first line is not the run's.
  case missingRun(file: String)
  /// The run's line names another schema.
  case unknownSchema(file: String, found: String)
  /// A field of a record contradicts the rest, or is out of range.
  case invalidField(file: String, line: Int, field: String, value: String, remedy: String)
  /// A file that another run cannot continue.
  case otherRun(file: String, field: String, first: String, other: String)
  /// Files that do not belong together.
  case mismatch(field: String, first: String, other: String)
}

extension BenchmarkFileError: CustomStringConvertible {
  /// What is wrong and what to do about it.
  package var description: String {
    switch self {
    case .malformedLine(let file, let line, let reason):
      "\(file), line \(line): \(reason); give a file as specdecode bench --output wrote it"
    case .missingRun(let file):
      "\(file) does not begin with a run's line; give a file that specdecode bench --output wrote"
    case .unknownSchema(let file, let found):
      "\(file) has the schema \(found); this version reads \(BenchmarkRun.schema)"
    case .invalidField(let file, let line, let field, let value, let remedy):
      "\(file), line \(line): \(field) is \(value); \(remedy)"
    case .otherRun(let file, let field, let first, let other):
      "\(file) was measured with other settings: \(field) (\(first), now \(other)); give the same "
        + "options, or another --output"
    case .mismatch(let field, let first, let other):
      "the files differ in \(field): \(first) and \(other); give shards of one benchmark"
    }
  }
}
