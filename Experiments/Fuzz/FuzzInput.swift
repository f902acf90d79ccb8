import Foundation

/// What a harness is given, and the folder in memory that it may write to.
enum FuzzInput {
  /// Gives a reader the input's bytes, copied, for the fuzzer watches its own buffer for changes;
  /// it must be done within 2 seconds of processor time.
  ///
  /// The fuzzer's own limit is one of elapsed time, which also runs while the machine does
  /// something else.
  static func test(
    _ start: UnsafePointer<UInt8>?, _ count: Int, _ reader: ([UInt8]) -> Void
  ) -> CInt {
    let begin = clock()
    reader(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
    precondition(clock() - begin < 2 * CLOCKS_PER_SEC)
    return 0
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
