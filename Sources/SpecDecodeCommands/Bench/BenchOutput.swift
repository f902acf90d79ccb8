import Foundation
import Reporting

/// Where the samples of a benchmark go, and what becomes of those that are there.
struct BenchOutput: Equatable {
  let path: String
  /// Whether a benchmark that is there is continued.
  let appends: Bool
  /// Whether what is there is replaced.
  let overwrites: Bool

  /// A benchmark that is continued.
  struct Existing {
    let file: BenchmarkFile
    /// The size of the file that was read.
    let byteCount: Int
  }

  /// The benchmark to continue; nil when a new file begins.
  ///
  /// - Throws: `CommandError` for a file that neither option allows to touch, or that cannot be
  ///   written or read.
  func existing() throws -> Existing? {
    try FileOutput.requireWritable(path)
    guard FileInput.isRegular(path), FileInput.size(of: path) > 0, !overwrites else { return nil }
    guard appends else {
      throw CommandError.unexpectedContents(
        path: path, found: "is there already, and samples are never lost unasked",
        remedy: "continue it with --append, replace it with --overwrite, or give another name")
    }
    // A line that was cut off is not read, and will be overwritten.
    let bytes = try FileInput.jsonBytes(of: path, opening: "{")
    let lines = bytes.lastIndex(of: 0x0A).map { bytes[...$0] } ?? []
    return Existing(
      file: try BenchmarkFile(parsing: Data(lines), file: path), byteCount: bytes.count)
  }
}
