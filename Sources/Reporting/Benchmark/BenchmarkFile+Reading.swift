package import Foundation

extension BenchmarkFile {
  /// Reads the lines of one file and checks that they fit together.
  ///
  /// The last line, `end`, may be missing: what a run that was killed has measured counts.
  ///
  /// - Parameters:
  ///   - data: JSON Lines, from anywhere.
  ///   - file: what errors call it.
  package init(parsing data: Data, file: String) throws(BenchmarkFileError) {
    var check: BenchmarkFileCheck?
    var number = 0
    for line in data.split(separator: 0x0A, omittingEmptySubsequences: false) {
      number += 1
      guard !line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) else { continue }
      let record = try Self.record(line, file: file, number: number)
      if check != nil {
        try check?.append(record, line: number)
      } else {
        guard case .run(let run) = record else { throw .missingRun(file: file) }
        check = try BenchmarkFileCheck(run: run, file: file, line: number)
      }
    }
    guard var result = check?.file else { throw .missingRun(file: file) }
    result.prompts.sort { $0.index < $1.index }
    self = result
  }

  private static func record(
    _ line: Data, file: String, number: Int
  ) throws(BenchmarkFileError) -> BenchmarkRecord {
    let decoder = JSONDecoder()
    if let found = try? decoder.decode(SchemaLine.self, from: line), let schema = found.schema,
      schema != BenchmarkRun.schema
    {
      throw .unknownSchema(file: file, found: String(schema.prefix(80)))
    }
    do {
      return try decoder.decode(BenchmarkRecord.self, from: line)
    } catch {
      throw .malformedLine(file: file, line: number, reason: reason(error))
    }
  }

  private struct SchemaLine: Decodable {
    let schema: String?
  }

  private static func reason(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "it cannot be read" }
    func path(_ context: DecodingError.Context) -> String {
      context.codingPath.map(\.stringValue).joined(separator: ".")
    }
    return switch error {
    case .keyNotFound(let key, let context):
      "\((context.codingPath + [key]).map(\.stringValue).joined(separator: ".")) is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "\(path(context)) has the wrong type"
    case .dataCorrupted(let context):
      context.codingPath.isEmpty ? "it is not JSON" : "\(path(context)) has no such value"
    @unknown default: "it cannot be read"
    }
  }
}
