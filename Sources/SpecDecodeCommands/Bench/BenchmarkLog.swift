import Foundation
import Reporting

/// Keeps a benchmark's records, and writes each to the file at once.
final class BenchmarkLog {
  private(set) var file: BenchmarkFile
  private let handle: FileHandle?
  private let path: String

  /// Begins with the header.
  ///
  /// - Parameter path: the file to write; nil for none.
  init(run: BenchmarkRun, path: String?) throws(CommandError) {
    file = BenchmarkFile(run: run)
    self.path = path ?? ""
    if let path {
      try FileOutput.write(Data(), to: path)
      do {
        handle = try FileHandle(forWritingTo: URL(filePath: path))
      } catch {
        throw .unwritable(path: path, reason: SystemErrorCode.text(of: error))
      }
    } else {
      handle = nil
    }
    try write(.run(run))
  }

  /// Keeps and writes a record.
  func append(_ record: BenchmarkRecord) throws(CommandError) {
    file.append(record)
    try write(record)
  }

  private func write(_ record: BenchmarkRecord) throws(CommandError) {
    guard let handle else { return }
    do {
      try handle.write(contentsOf: BenchmarkFile.line(record))
    } catch {
      throw .unwritable(path: path, reason: SystemErrorCode.text(of: error))
    }
  }
}
