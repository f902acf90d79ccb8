import Foundation

/// What a harness is given, and the folder in memory that it may write to.
enum FuzzInput {
  /// The input's bytes, copied: the fuzzer watches its own buffer for changes.
  static func bytes(_ start: UnsafePointer<UInt8>?, _ count: Int) -> [UInt8] {
    unsafe Array(UnsafeBufferPointer(start: start, count: count))
  }

  /// The folder that the environment names, which `run.sh` has filled.
  static let folder = URL(
    filePath: ProcessInfo.processInfo.environment["FUZZ_FOLDER"] ?? "FUZZ_FOLDER is not set",
    directoryHint: .isDirectory)

  /// Replaces a file of ``folder``.
  static func write(_ bytes: [UInt8], to name: String) {
    do {
      try Data(bytes).write(to: folder.appending(path: name))
    } catch {
      fatalError("\(name) cannot be written: \(error)")
    }
  }
}
