import Foundation
import Reporting

/// Keeps a benchmark's records, and writes each to the file at once.
final class BenchmarkLog {
  private(set) var file: BenchmarkFile
  private let handle: FileHandle?
  private let path: String
  /// The file that the path had when it was opened; nil for what is no regular file.
  private let identity: FileIdentity?

  /// Begins with the header, or continues.
  ///
  /// - Parameters:
  ///   - output: the file to write; nil for none.
  ///   - existing: what is in it and stays.
  init(
    run: BenchmarkRun, output: BenchOutput?, existing: BenchOutput.Existing?
  ) throws(CommandError) {
    file = existing?.file ?? BenchmarkFile(run: run)
    path = output?.path ?? ""
    guard output != nil else {
      handle = nil
      identity = nil
      return
    }
    let url = URL(filePath: path)
    let isNew = !FileManager.default.fileExists(atPath: path)
    do {
      if isNew { try Data().write(to: url, options: .withoutOverwriting) }
      let isRegular = FileInput.isRegular(path)
      let handle =
        isRegular ? try FileHandle(forUpdating: url) : try FileHandle(forWritingTo: url)
      self.handle = handle
      if isRegular, flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) != 0 {
        throw CommandError.unwritable(
          path: path, reason: "another benchmark is writing it; give another name, or wait")
      }
      identity = isRegular ? FileIdentity(path) : nil
      if let existing {
        // Between reading and locking it another run may have written.
        guard try handle.seekToEnd() == UInt64(existing.byteCount) else {
          throw CommandError.unwritable(path: path, reason: "another program has just changed it")
        }
        try Self.seekToContinue(handle)
        // The run goes on, so it has not ended.
        file.ends = []
      } else {
        // A pipe or a device has no end to cut.
        if isRegular { try handle.truncate(atOffset: 0) }
        try handle.write(contentsOf: BenchmarkFile.line(.run(run)))
      }
    } catch let error as CommandError {
      throw error
    } catch {
      // Without a header it is no benchmark.
      if isNew { try? FileManager.default.removeItem(at: url) }
      throw .unwritable(path: path, reason: SystemErrorCode.text(of: error))
    }
  }

  /// Goes to the end of the last record but `end`, and cuts off what follows.
  private static func seekToContinue(_ handle: FileHandle) throws {
    try handle.seek(toOffset: 0)
    let data = try handle.readToEnd() ?? Data()
    var end = data.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let start = data[..<max(end - 1, 0)].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let last = try? JSONDecoder().decode(BenchmarkRecord.self, from: data[start..<end])
    if case .end? = last { end = start }
    try handle.truncate(atOffset: UInt64(end))
    try handle.seek(toOffset: UInt64(end))
  }

  /// Keeps and writes a record.
  func append(_ record: BenchmarkRecord) throws(CommandError) {
    file.append(record)
    guard let handle else { return }
    if let identity, FileIdentity(path) != identity {
      throw .unwritable(
        path: path,
        reason: "it was replaced or removed while it was written, and its samples with it")
    }
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
