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
    guard let path else {
      handle = nil
      return
    }
    do {
      try FileOutput.write(BenchmarkFile.line(.run(run)), to: path)
      let handle = try FileHandle(forWritingTo: URL(filePath: path))
      // A pipe has no end to go to.
      _ = try? handle.seekToEnd()
      self.handle = handle
    } catch let error as CommandError {
      throw error
    } catch {
      throw .unwritable(path: path, reason: SystemErrorCode.text(of: error))
    }
  }

  /// Keeps and writes a record.
  func append(_ record: BenchmarkRecord) throws(CommandError) {
    file.append(record)
    guard let handle else { return }
    let end = try? handle.offset()
    do {
      try handle.write(contentsOf: BenchmarkFile.line(record))
    } catch {
      // A part of a line would make what was measured before unreadable.
      if let end { try? handle.truncate(atOffset: end) }
      throw .unwritable(path: path, reason: SystemErrorCode.text(of: error))
    }
  }
}
