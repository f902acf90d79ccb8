/// Why there is nothing to report.
package enum ReportError: Error, Equatable, Sendable {
  /// A folder has no benchmark in it.
  case emptyFolder(path: String)
  /// A comparison needs two benchmarks.
  case notTwo(count: Int)
}

extension ReportError: CustomStringConvertible {
  /// What is missing and what to give.
  package var description: String {
    switch self {
    case .emptyFolder(let path):
      "\(path) has no .jsonl file; give a folder that specdecode bench --output wrote to"
    case .notTwo(let count):
      "--compare needs two benchmarks, and \(count == 1 ? "this is 1" : "these are \(count)"); give two files or two folders "
        + "(shards of one benchmark count as one)"
    }
  }
}
